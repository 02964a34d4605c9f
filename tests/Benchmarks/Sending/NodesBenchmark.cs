using System.Globalization;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>
/// One node against two on one PostgreSQL, sending one job to a provider that is slow to answer: what bounds the job then is how many calls are in
/// flight, and every node has its own. The second node starts only then: the first one, which was alone and plans the job, has to share it out.
/// </summary>
internal static class NodesBenchmark
{
    private const int InFlight = 64;
    private const int Rounds = 3;
    private static readonly TimeSpan ProviderTime = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string[] args)
    {
        var recipients = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20_000;
        await using var postgres = await BenchPostgres.StartAsync();
        await using var sink = await HttpSink.StartAsync(ProviderTime);
        Say($"PostgreSQL {await postgres.VersionAsync()}; {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start");
        var database = await postgres.CreateAsync();
        await using (var first = await SendingBed.StartAsync(database))
        {
            await first.AddCustomersAsync(recipients);
            await first.AddAccountAsync(sink.Address, InFlight);
            await first.SendAsync(Math.Min(5_000, recipients));   // warm-up
            var one = await RepeatAsync(() => first.SendAsync(recipients));
            await using var second = await SendingBed.StartAsync(database);
            second.Follow(first);
            var two = await RepeatAsync(() => first.SendAsync(recipients, second));
            Print(one, two);
            if (sink.Received != Math.Min(5_000, recipients) + (2L * Rounds * recipients))
                throw new InvalidOperationException($"The sink had {sink.Received:N0} messages.");
        }
        await postgres.DropAsync(database);
        return 0;
    }

    private static async Task<List<Figure>> RepeatAsync(Func<Task<Figure>> round)
    {
        var figures = new List<Figure>();
        for (var i = 0; i < Rounds; i++)
            figures.Add(await round());
        return figures;
    }

    private static void Print(List<Figure> one, List<Figure> two)
    {
        var (alone, together) = (Figure.Median(one).PerSecond, Figure.Median(two).PerSecond);
        Say($"");
        Say($"| nodes, {InFlight} calls of {ProviderTime.TotalMilliseconds:N0} ms in flight each | messages/s, median of {Rounds} | rounds | |");
        Say($"|---|---:|---|---:|");
        Say($"| one | {alone:N0} | {Listed(one)} | |");
        Say($"| two | {together:N0} | {Listed(two)} | {together / alone:N2} × |");
        Say($"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end");
    }

    private static string Listed(List<Figure> rounds) => string.Join(", ", rounds.Select(round => round.PerSecond.ToString("N0", CultureInfo.InvariantCulture)));

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
