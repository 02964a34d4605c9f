using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Simulators;

/// <summary>
/// A mail submission server. Mailboxes that begin with "dead" do not exist, "full" are full, "bounce" are taken and bounce later, "complain" are taken and
/// complained about later. A server that refuses after the final dot has not taken the mail, so an error after acceptance cannot be: the connection ends instead.
/// </summary>
internal sealed class SmtpSimulator(Simulation simulation) : SimulatedProvider(simulation), IRepliesBack
{
    private const string Domain = "mail.example.com";

    private readonly TcpListener _plain = new(IPAddress.Loopback, simulation.Options.SmtpPort);
    private readonly TcpListener _secure = new(IPAddress.Loopback, simulation.Options.SmtpTlsPort);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _sessions = new();
    private Task _listening = Task.CompletedTask;

    public override string Name => "smtp";

    public FaultPlan Faults => Simulation.Faults;

    public override string Settings(Uri address, Uri tlsAddress) => JsonSerializer.Serialize(new
    {
        host = "127.0.0.1",
        port = ((IPEndPoint)(address.Scheme == Uri.UriSchemeHttps ? _secure : _plain).LocalEndpoint).Port,
        security = address.Scheme == Uri.UriSchemeHttps ? "tls" : "none",
        user = SmtpSession.User,
        password = SmtpSession.Password,
        from = $"news@{Domain}",
        returnPath = $"bounce+{{echo}}@{Domain}",
        connections = 2,
        timeoutSeconds = 2,
    });

    public override void Start(X509Certificate2 certificate)
    {
        _plain.Start();
        _secure.Start();
        _listening = Task.WhenAll(AcceptAsync(_plain, certificate, isSecure: false), AcceptAsync(_secure, certificate, isSecure: true));
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _plain.Stop();
        _secure.Stop();
        await _listening;
        await Task.WhenAll(_sessions.Keys);
        _stop.Dispose();
        await base.DisposeAsync();
    }

    public void Reply(string from, string text) => Post(SmtpReports.Reply(from, $"news@{Domain}", text), mayBeLost: false);

    /// <summary>A mail is complete, or was refused for a fault.</summary>
    public void Take(SimulatedMessage message, Fault fault, bool accepted)
    {
        Simulation.Log.Add(Name, message, fault, accepted);
        if (accepted && message.To.StartsWith("bounce", StringComparison.Ordinal)) Post(SmtpReports.Bounce(message, Domain), mayBeLost: true);
        if (accepted && message.To.StartsWith("complain", StringComparison.Ordinal)) Post(SmtpReports.Complaint(message, Domain), mayBeLost: true);
    }

    public string NextReference() => Simulation.NextReference("Q");

    private void Post(string mail, bool mayBeLost) =>
        Simulation.CallBack(Name, address => new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(mail.ReplaceLineEndings("\r\n"), Encoding.UTF8, "message/rfc822") }, mayBeLost);

    private async Task AcceptAsync(TcpListener listener, X509Certificate2 certificate, bool isSecure)
    {
        try
        {
            while (true)
            {
                var session = new SmtpSession(this, await listener.AcceptTcpClientAsync(_stop.Token), certificate, isSecure).RunAsync(_stop.Token);
                _sessions.TryAdd(session, 0);
                _ = session.ContinueWith(done => _sessions.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or OperationCanceledException or InvalidOperationException)
        {
            // Shutting down.
        }
    }
}
