using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Channels.Tests.Email;

/// <summary>An SMTP server that misbehaves on cue: the script answers each line; null hangs up, "" stays silent.</summary>
internal sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly Func<string, int, string?> _script;
    private int _connections;
    private int _mails;

    /// <param name="script">Gets a line ("CONNECT", "MAIL FROM:<…>", "DOT") and the number of the connection, from 1.</param>
    public ScriptedSmtpServer(Func<string, int, string?> script)
    {
        _script = script;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _connections;

    /// <summary>Mails whose final dot arrived.</summary>
    public int Mails => _mails;

    /// <summary>A well-behaved server; override single lines in front of it.</summary>
    public static string Default(string line) => line switch
    {
        "CONNECT" => "220 scripted ESMTP",
        "DATA" => "354 go ahead",
        "DOT" => "250 2.0.0 Ok: queued as ABC123",
        _ when line.StartsWith("EHLO", StringComparison.Ordinal) => "250-scripted\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 8BITMIME",
        _ => "250 2.0.0 ok",
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true) clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), Interlocked.Increment(ref _connections)));
        }
        catch (Exception stopped) when (stopped is SocketException or OperationCanceledException or InvalidOperationException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        try
        {
            var inData = false;
            for (var line = "CONNECT"; line is not null; line = await reader.ReadLineAsync(_stop.Token))
            {
                if (inData && line != ".") continue;
                if (inData) (inData, line) = (false, "DOT");
                if (line == "DOT") Interlocked.Increment(ref _mails);
                if (_script(line, number) is not { } answer) return;
                if (answer.Length == 0) continue;
                inData = answer.StartsWith("354", StringComparison.Ordinal);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _stop.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client hung up or the test is over.
        }
    }
}
