using System.Globalization;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>
/// Messages per second from a frozen audience to a loopback HTTP sink with everything on: rendering, every send check, caps, budget, leases, durable
/// status in PostgreSQL (fsync on). Beside it a bare HttpClient loop without a database, and npm's job queues doing the same job.
/// </summary>
internal static class SendingBenchmark
{
    private const int InFlight = 64;
    private const int Rounds = 3;
    private const int WarmUpRounds = 6;

    public static async Task<int> RunAsync(string[] args)
    {
        int[] sizes = [.. args.Where(arg => char.IsAsciiDigit(arg[0])).Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).DefaultIfEmpty(0)];
        if (sizes is [0])
            sizes = [20_000, 200_000];
        await using var postgres = await BenchPostgres.StartAsync();
        await using var sink = await HttpSink.StartAsync();
        Say($"PostgreSQL {await postgres.VersionAsync()}; {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start");
        var ceiling = Figure.Median(await RepeatAsync(() => BareLoop.RunAsync(sink.Address, 50_000, InFlight)));
        Say($"bare loop: {ceiling.PerSecond:N0} messages/s");
        var lines = new List<(string What, Figure Figure)> { ("bare HttpClient loop, no database (the ceiling)", ceiling) };
        await WarmUpAsync(postgres, sink);
        foreach (var size in sizes)
            lines.AddRange(await OursAsync(postgres, sink, size));
        if (!args.Contains("--alone"))
            lines.AddRange(await PeersAsync(postgres, sink, Math.Min(sizes.Max(), 20_000)));
        Print(lines, ceiling.PerSecond);
        return 0;
    }

    /// <summary>Has the code in this process compiled to its last tier: 120,000 messages on a database that is thrown away.</summary>
    private static async Task WarmUpAsync(BenchPostgres postgres, HttpSink sink)
    {
        var database = await postgres.CreateAsync();
        await using (var bed = await SendingBed.StartAsync(database))
        {
            await bed.AddCustomersAsync(20_000);
            await bed.AddAccountAsync(sink.Address, InFlight);
            for (var round = 0; round < WarmUpRounds; round++)
                await bed.SendAsync(20_000);
        }
        await postgres.DropAsync(database);
    }

    private static async Task<List<(string, Figure)>> OursAsync(BenchPostgres postgres, HttpSink sink, int recipients)
    {
        var database = await postgres.CreateAsync();
        var lines = new List<(string, Figure)>();
        await using (var bed = await SendingBed.StartAsync(database))
        {
            await bed.AddCustomersAsync(recipients);
            await bed.AddAccountAsync(sink.Address, InFlight);
            var before = sink.Received;
            lines.Add((string.Create(CultureInfo.InvariantCulture, $"Orchestrator, {recipients:N0} recipients, fresh database without statistics"), Said(await bed.SendAsync(recipients))));
            var warm = await RepeatAsync(async () => Said(await bed.SendAsync(recipients)));
            lines.Add((string.Create(CultureInfo.InvariantCulture, $"Orchestrator, {recipients:N0} recipients, median of {Rounds} rounds"), Figure.Median(warm)));
            if (sink.Received - before != (Rounds + 1L) * recipients)
                throw new InvalidOperationException($"The sink had {sink.Received - before:N0} messages instead of {(Rounds + 1L) * recipients:N0}.");
        }
        await postgres.DropAsync(database);
        return lines;
    }

    private static async Task<List<(string, Figure)>> PeersAsync(BenchPostgres postgres, HttpSink sink, int recipients)
    {
        var lines = new List<(string, Figure)>();
        using var peers = await Peers.InstallAsync();
        foreach (var peer in peers is null ? [] : Peers.Names)
        {
            var rates = new List<Figure>();
            for (var round = 0; round < Rounds; round++)
            {
                var database = await postgres.CreateAsync();
                rates.Add(Said(new Figure(await peers!.SendAsync(peer, postgres.Url(database), sink.Address, recipients), 0, 0)));
                await postgres.DropAsync(database);
            }
            lines.Add((string.Create(CultureInfo.InvariantCulture, $"npm {(peer == "pgboss" ? "pg-boss" : "graphile-worker")}, {recipients:N0} recipients, median of {Rounds} rounds"), Figure.Median(rates)));
        }
        return lines;
    }

    private static async Task<List<Figure>> RepeatAsync(Func<Task<Figure>> round)
    {
        var figures = new List<Figure>();
        for (var i = 0; i < Rounds; i++)
            figures.Add(await round());
        return figures;
    }

    private static void Print(List<(string What, Figure Figure)> lines, double ceiling)
    {
        Say($"");
        Say($"| {InFlight} in flight | messages/s | of the ceiling | CPU of this process, sink included | CPU of PostgreSQL |");
        Say($"|---|---:|---:|---:|---:|");
        foreach (var (what, figure) in lines)
            Say($"| {what} | {figure.PerSecond:N0} | {figure.PerSecond / ceiling:P0} | {Cpu(figure.CpuMicroseconds)} | {Cpu(figure.ServerMicroseconds)} |");
        Say($"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end");
    }

    private static string Cpu(double microseconds) => microseconds == 0 ? "" : microseconds.ToString("N0", CultureInfo.InvariantCulture) + " µs";

    private static Figure Said(Figure figure)
    {
        Say($"  {figure.PerSecond:N0} messages/s, {figure.CpuMicroseconds:N0} µs here, {figure.ServerMicroseconds:N0} µs PostgreSQL");
        return figure;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
