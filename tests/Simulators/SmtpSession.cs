using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orchestrator.Simulators;

/// <summary>One connection to the <see cref="SmtpSimulator"/>.</summary>
internal sealed class SmtpSession(SmtpSimulator server, TcpClient client, X509Certificate2 certificate, bool isSecure)
{
    public const string User = "sender";
    public const string Password = "simulated";

    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;
    private bool _isSecure = isSecure;
    private string _id = "";
    private string? _recipient;
    private Fault _fault;

    public async Task RunAsync(CancellationToken stop)
    {
        using var _ = client;
        try
        {
            Use(client.GetStream());
            if (_isSecure) await SecureAsync(stop);
            await WriteAsync("220 simulator ESMTP", stop);
            while (await _reader.ReadLineAsync(stop) is { } line)
            {
                if (line.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase) && !_isSecure) await BeginTlsAsync(stop);
                else if (line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase)) await SignInAsync(line[5..], stop);
                else if (line.Equals("DATA", StringComparison.OrdinalIgnoreCase) && _recipient is not null) await TakeDataAsync(stop);
                else if (line.Equals("QUIT", StringComparison.OrdinalIgnoreCase)) return;
                else await WriteAsync(Answer(line), stop);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // The client hung up or did not trust us, a fault hung up, or the simulators stop.
        }
        finally
        {
            await _stream.DisposeAsync();
        }
    }

    private string Answer(string line) => line.ToUpperInvariant().Split(' ', ':')[0] switch
    {
        "EHLO" => "250-simulator\r\n250-PIPELINING\r\n250-SIZE 16777216\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n" + (_isSecure ? "" : "250-STARTTLS\r\n") + "250 AUTH PLAIN LOGIN",
        "MAIL" => Begin(Path(line)),
        "RCPT" => Address(Path(line)),
        "DATA" => "503 5.5.1 No recipient",
        "RSET" or "NOOP" => "250 2.0.0 Ok",
        _ => "502 5.5.2 Not known here",
    };

    private string Begin(string sender)
    {
        // The envelope sender names the message: bounce+{id}@…
        var (plus, at) = (sender.IndexOf('+', StringComparison.Ordinal), sender.LastIndexOf('@'));
        (_id, _recipient) = (plus >= 0 && at > plus ? sender[(plus + 1)..at] : server.NextReference(), null);
        return "250 2.1.0 Ok";
    }

    private string Address(string mailbox)
    {
        if (mailbox.StartsWith("dead", StringComparison.Ordinal)) return "550 5.1.1 No such user here";
        if (mailbox.StartsWith("full", StringComparison.Ordinal)) return "552 5.2.2 Mailbox full";
        _fault = server.Faults.Next();
        var refusal = _fault switch
        {
            Fault.Throttled => "451 4.7.1 Rate limit exceeded, try again later",
            Fault.ServerError => "451 4.3.0 Temporary local problem",
            Fault.ExpiredCredentials => "530 5.7.0 Authentication required",
            Fault.Redirect => "551 5.1.6 Moved, please try <elsewhere@example.net>",
            _ => null,
        };
        if (refusal is null) _recipient = mailbox;
        else server.Take(new SimulatedMessage(_id, mailbox, ""), _fault, accepted: false);
        return refusal ?? "250 2.1.5 Ok";
    }

    private async Task TakeDataAsync(CancellationToken stop)
    {
        await WriteAsync("354 End data with <CR><LF>.<CR><LF>", stop);
        var text = new StringBuilder();
        while (await _reader.ReadLineAsync(stop) is { } line && line != ".") text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        if (server.Faults.LatencyMilliseconds is > 0 and var wait) await Task.Delay(wait, stop);
        server.Take(new SimulatedMessage(_id, _recipient!, text.ToString()), _fault, accepted: true);
        _recipient = null;
        switch (_fault)
        {
            case Fault.None: await WriteAsync($"250 2.0.0 Ok: queued as {server.NextReference()}", stop); break;
            case Fault.Malformed: await WriteAsync("<html>gateway says {", stop); break;
            case Fault.HugeBody: await WriteHugeAsync(stop); break;
            case Fault.TimeoutAfterAccept: await HangAsync(stop); break;
            default: client.Close(); break;
        }
    }

    // Silence until the client gives up, or as long as the plan says.
    private async Task HangAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(server.Faults.HangMilliseconds);
        _ = await _reader.ReadLineAsync(patience.Token);
        client.Close();
    }

    private async Task WriteHugeAsync(CancellationToken stop)
    {
        var block = Encoding.ASCII.GetBytes("250-" + new string('x', 64 * 1024));
        for (var i = 0; i < 512; i++) await _stream.WriteAsync(block, stop);
    }

    private async Task SignInAsync(string mechanism, CancellationToken stop)
    {
        var parts = mechanism.Split(' ');
        string given;
        if (parts[0].Equals("PLAIN", StringComparison.OrdinalIgnoreCase))
        {
            given = Decoded(parts.Length > 1 ? parts[1] : await AskAsync("334 ", stop)).TrimStart('\0');
        }
        else
        {
            var user = Decoded(await AskAsync("334 VXNlcm5hbWU6", stop));
            given = $"{user}\0{Decoded(await AskAsync("334 UGFzc3dvcmQ6", stop))}";
        }
        var isRefused = given != $"{User}\0{Password}" || server.Faults.TakeForced(Fault.ExpiredCredentials);
        await WriteAsync(isRefused ? "535 5.7.8 Credentials expired" : "235 2.7.0 Welcome", stop);
    }

    private async Task BeginTlsAsync(CancellationToken stop)
    {
        await WriteAsync("220 2.0.0 Go ahead", stop);
        await SecureAsync(stop);
    }

    private async Task SecureAsync(CancellationToken stop)
    {
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        _isSecure = true;
        Use(tls);
    }

    private void Use(Stream stream) => (_stream, _reader) = (stream, new StreamReader(stream, Encoding.UTF8, false, 4096, leaveOpen: true));

    private async Task<string> AskAsync(string prompt, CancellationToken stop)
    {
        await WriteAsync(prompt, stop);
        return await _reader.ReadLineAsync(stop) ?? throw new IOException("The client hung up.");
    }

    private async Task WriteAsync(string line, CancellationToken stop) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), stop);

    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) ? Encoding.UTF8.GetString(bytes, 0, written) : "";
    }

    private static string Path(string line)
    {
        var (from, to) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return from >= 0 && to > from ? line[(from + 1)..to] : "";
    }
}
