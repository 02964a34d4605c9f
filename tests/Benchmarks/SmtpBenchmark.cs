using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orchestrator.Channels;

namespace Orchestrator.Benchmarks;

/// <summary>Mails a second through our submission client and through postfix's smtp-source, against the same smtp-sink.</summary>
internal static class SmtpBenchmark
{
    private const string Sink = "/usr/sbin/smtp-sink";
    private const int Mails = 4000;

    public static async Task<int> RunAsync()
    {
        if (!File.Exists(Sink)) return Fail("postfix is not installed: apt-get install postfix (choose 'No configuration').");
        var port = FreePort();
        using var sink = Start(Sink, [.. AsNobody(), FormattableString.Invariant($"127.0.0.1:{port}"), "200"]);
        try
        {
            await ListeningAsync(port);
            await OursAsync(port, 4);   // warm-up
            Console.WriteLine("| connections | ours, mails/s | smtp-source, mails/s | share |");
            Console.WriteLine("|---:|---:|---:|---:|");
            foreach (var connections in new[] { 1, 4, 8 })
            {
                var ours = await MedianAsync(() => OursAsync(port, connections));
                var theirs = await MedianAsync(() => SmtpSourceAsync(port, connections));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {connections} | {ours:N0} | {theirs:N0} | {ours / theirs:P0} |"));
            }

            return 0;
        }
        finally
        {
            sink.Kill();
        }
    }

    private static async Task<double> OursAsync(int port, int connections)
    {
        var settings = JsonSerializer.SerializeToElement(new { host = "127.0.0.1", port, security = "none", from = "news@mail.example.com", connections });
        await using var channel = ChannelProviders.Find("smtp")!.Open(settings, new ChannelServices { Clock = TimeProvider.System });
        var mails = Enumerable.Range(0, Mails).Select(i => new OutboundMessage
        {
            MessageId = $"1.{i}.1",
            Address = $"user{i}@example.com",
            Purpose = Purpose.Servicing,
            Content = new MessageContent { Subject = "会员日", Text = new string('会', 100) },
        }).ToList();
        var watch = Stopwatch.StartNew();
        foreach (var batch in mails.Chunk(128 * connections))
        {
            var verdicts = await channel.SendAsync(batch, CancellationToken.None);
            if (verdicts.FirstOrDefault(v => v is not Delivery.Accepted) is { } other) throw new InvalidOperationException(other.ToString());
        }

        return Mails / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> SmtpSourceAsync(int port, int connections)
    {
        var watch = Stopwatch.StartNew();
        using var source = Start("/usr/sbin/smtp-source",
            ["-d", "-s", connections.ToString(CultureInfo.InvariantCulture), "-m", Mails.ToString(CultureInfo.InvariantCulture), "-l", "800",
                "-f", "news@mail.example.com", "-t", "user@example.com", FormattableString.Invariant($"127.0.0.1:{port}")]);
        await source.WaitForExitAsync();
        return source.ExitCode == 0 ? Mails / watch.Elapsed.TotalSeconds : throw new InvalidOperationException(await source.StandardError.ReadToEndAsync());
    }

    private static async Task<double> MedianAsync(Func<Task<double>> round)
    {
        var rates = new List<double>();
        for (var i = 0; i < 3; i++) rates.Add(await round());
        return rates.Order().ElementAt(1);
    }

    private static Process Start(string file, string[] arguments) =>
        Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    private static string[] AsNobody() => Environment.UserName == "root" ? ["-u", "nobody"] : [];

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
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine(reason);
        return 1;
    }
}
