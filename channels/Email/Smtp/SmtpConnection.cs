using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>One signed-in connection. Not thread-safe: the pool gives it to one sender at a time.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly SmtpSettings _settings;
    private readonly ChannelServices _services;
    private SmtpStream _stream = null!;
    private HashSet<string> _extensions = [];
    private string _authMechanisms = "";

    private SmtpConnection(SmtpSettings settings, ChannelServices services) => (_settings, _services) = (settings, services);

    public bool Has(string extension) => _extensions.Contains(extension);

    /// <summary>When it was last used, by the clock's timestamp.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether it has carried a mail before: then a failure at the first command means an idle close, not a fault.</summary>
    public bool Reused { get; set; }

    public static async Task<SmtpConnection> OpenAsync(SmtpSettings settings, ChannelServices services, CancellationToken cancellationToken)
    {
        var connection = new SmtpConnection(settings, services);
        try
        {
            await connection.ConnectAsync(cancellationToken);
            return connection;
        }
        catch
        {
            if (connection._stream is not null) await connection._stream.DisposeAsync();
            throw;
        }
    }

    public Task WriteAsync(string text, CancellationToken cancellationToken) => _stream.WriteAsync(text, cancellationToken);

    public Task<SmtpReply> ReadAsync(CancellationToken cancellationToken) => _stream.ReadReplyAsync(cancellationToken);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(_settings.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(_settings.Host, cancellationToken);
        var allowed = addresses.Where(a => !EndpointPolicy.IsLinkLocal(a)).ToArray();
        if (allowed.Length == 0) throw new SocketException((int)SocketError.AccessDenied);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };   // with Nagle on, each mail waits for a delayed ACK
        Stream stream;
        try
        {
            await socket.ConnectAsync(allowed, _settings.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _stream = new SmtpStream(stream);
        if (_settings.Security == SmtpSecurity.Tls) await SecureAsync(cancellationToken);
        Expect(await ReadAsync(cancellationToken), 220, "greeting");
        await HelloAsync(cancellationToken);
        if (_settings.Security == SmtpSecurity.StartTls) await StartTlsAsync(cancellationToken);
        await SignInAsync(cancellationToken);
    }

    private async Task HelloAsync(CancellationToken cancellationToken)
    {
        var reply = Expect(await AskAsync($"EHLO {_settings.HelloName ?? Mailbox.TryParse(_settings.From)!.Domain}", cancellationToken), 250, "EHLO");
        var lines = reply.Text.Split('\n').Skip(1).Select(line => line.Trim().ToUpperInvariant()).ToList();
        _extensions = [.. lines.Select(line => line.Split(' ')[0])];
        _authMechanisms = lines.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.Ordinal)) ?? "";
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!Has("STARTTLS")) throw new SmtpRefusedException(new SmtpReply(502, "The server offers no STARTTLS."), "STARTTLS");
        Expect(await AskAsync("STARTTLS", cancellationToken), 220, "STARTTLS");
        if (_stream.HasUnread) throw new SmtpBrokenException("The server sent data before TLS began.");   // command injection
        await SecureAsync(cancellationToken);
        await HelloAsync(cancellationToken);
    }

    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        var tls = new SslStream(_stream.Inner);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _settings.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = Trust(),
            RemoteCertificateValidationCallback = _settings.PinSha256 is { } pin ? (_, certificate, _, _) => IsPinned(certificate, pin) : null,
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        _stream = new SmtpStream(tls);
    }

    private X509ChainPolicy? Trust()
    {
        if (_settings.CaFile is not { } file) return _services.ChainPolicy();
        var roots = new X509Certificate2Collection(_services.ExtraRoots);
        roots.ImportFromPemFile(file);
        return (_services with { ExtraRoots = roots }).ChainPolicy();
    }

    private static bool IsPinned(X509Certificate? certificate, string pin) =>
        certificate is X509Certificate2 known
        && string.Equals(Convert.ToHexString(SHA256.HashData(known.PublicKey.ExportSubjectPublicKeyInfo())), pin, StringComparison.OrdinalIgnoreCase);

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        if (_settings.User is not { Length: > 0 } user || _settings.Authentication == SmtpAuthentication.None) return;
        var password = _settings.Password ?? "";
        var plain = _settings.Authentication == SmtpAuthentication.Plain
            || (_settings.Authentication == SmtpAuthentication.Auto && (_authMechanisms.Contains(" PLAIN", StringComparison.Ordinal) || !_authMechanisms.Contains(" LOGIN", StringComparison.Ordinal)));
        if (plain)
        {
            Expect(await AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", cancellationToken), 235, "AUTH");
            return;
        }

        Expect(await AskAsync("AUTH LOGIN", cancellationToken), 334, "AUTH");
        Expect(await AskAsync(Base64(user), cancellationToken), 334, "AUTH");
        Expect(await AskAsync(Base64(password), cancellationToken), 235, "AUTH");
    }

    private async Task<SmtpReply> AskAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(line + "\r\n", cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    private static SmtpReply Expect(SmtpReply reply, int code, string step) => reply.Code == code ? reply : throw new SmtpRefusedException(reply, step);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
