using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Channels.Tests.Email;

public sealed class SmtpSinkTests
{
    [Fact]
    public async Task Five_hundred_mails_go_through_postfix_smtp_sink_over_four_pipelined_connections()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/smtp-sink"), "postfix (smtp-sink) is not installed; tests/run.sh installs it.");
        var port = FreePort();
        using var sink = Process.Start(new ProcessStartInfo("/usr/sbin/smtp-sink", [.. Environment.UserName == "root" ? ["-u", "nobody"] : Array.Empty<string>(), FormattableString.Invariant($"127.0.0.1:{port}"), "100"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            await ListeningAsync(port);
            await using var channel = SmtpChannelTests.Open(port, settings => settings["connections"] = 4);
            for (var batch = 0; batch < 5; batch++)
            {
                var mails = Enumerable.Range(0, 100).Select(i => SmtpChannelTests.Mail($"user{i}@example.com")).ToList();
                Assert.All(await channel.SendAsync(mails, TestContext.Current.CancellationToken), verdict => Assert.IsType<Delivery.Accepted>(verdict));
            }
        }
        finally
        {
            sink.Kill();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ListeningAsync(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
