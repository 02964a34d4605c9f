using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>
/// The cost of a message from 10,000 to 1,000,000 recipients, planned and sent to a channel that does nothing, with the memory it takes.
/// </summary>
internal static class ScaleBenchmark
{
    private const int InFlight = 64;
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    public static async Task<int> RunAsync(string[] args)
    {
        var most = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        await using var postgres = await BenchPostgres.StartAsync();
        Say($"PostgreSQL {await postgres.VersionAsync()}; {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start");
        await FlatnessAsync(postgres, most);
        return 0;
    }

    private static async Task FlatnessAsync(BenchPostgres postgres, int most)
    {
        var database = await postgres.CreateAsync();
        await using (var bed = await SendingBed.StartAsync(database, services => services.AddSingleton<ISandboxOutbox, NullOutbox>()))
        {
            await bed.AddCustomersAsync(most);
            await bed.AddAccountAsync(null, InFlight);
            await bed.SendAsync(Math.Min(most, 5_000));   // warm-up
            Say($"| recipients, null channel | messages/s | µs each | CPU of this process | peak memory |");
            Say($"|---:|---:|---:|---:|---:|");
            foreach (var recipients in Sizes.Where(size => size <= most))
            {
                var figure = await bed.SendAsync(recipients);
                using var process = Process.GetCurrentProcess();
                Say($"| {recipients:N0} | {figure.PerSecond:N0} | {1e6 / figure.PerSecond:N0} | {figure.CpuMicroseconds:N0} µs | {process.PeakWorkingSet64 / 1_048_576:N0} MB |");
            }
        }
        await postgres.DropAsync(database);
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class NullOutbox : ISandboxOutbox
    {
        public Task KeepAsync(string provider, ChannelKind kind, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
