using System.Globalization;

namespace Orchestrator.Chaos;

/// <summary>What to break and how much of it; on the command line <c>--messages 50000 --nodes 2</c>.</summary>
internal sealed record ChaosOptions
{
    /// <summary>Messages in the ledger, over all campaigns.</summary>
    public int Messages { get; init; } = 5_000;

    public int Nodes { get; init; } = 2;

    /// <summary>Calls in flight per node; with <see cref="LatencyMilliseconds"/> it says how long the sending lasts.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How long the simulated provider takes for an answer.</summary>
    public int LatencyMilliseconds { get; init; } = 150;

    /// <summary>Seconds between two restarts of PostgreSQL.</summary>
    public int PostgresEvery { get; init; } = 20;

    /// <summary>Shortest and longest time between two strikes against a node.</summary>
    public (int From, int To) StrikeEvery { get; init; } = (3, 7);

    /// <summary>Seconds the system gets, after the last blow, to finish and settle.</summary>
    public int SettleWithin { get; init; } = 120;

    /// <summary>Yuan a message.</summary>
    public const decimal Price = 0.05m;

    /// <summary>Yuan for messages of the second campaign: enough for one in fifty of its audience, reserved by its first leases.</summary>
    public decimal SecondBudget => Math.Floor(Messages / 125m) * Price;

    /// <summary>What the second campaign has no money for ends then. Its money is gone long before, on the slowest machine.</summary>
    public int SecondLatestMinutes { get; init; } = 2;

    public int Seed { get; init; } = 20261122;

    /// <summary>Leaves the directory with all logs behind.</summary>
    public bool Keep { get; init; }

    public static ChaosOptions Parse(string[] args)
    {
        var options = new ChaosOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--keep")
            {
                options = options with { Keep = true };
                continue;
            }
            if (i + 1 >= args.Length || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number))
                throw new ArgumentException($"'{args[i]}' needs a number. Known: --messages, --nodes, --concurrency, --latency, --settle, --seed, --keep.");
            options = args[i++] switch
            {
                "--messages" => options with { Messages = number },
                "--nodes" => options with { Nodes = number },
                "--concurrency" => options with { Concurrency = number },
                "--latency" => options with { LatencyMilliseconds = number },
                "--settle" => options with { SettleWithin = number },
                "--seed" => options with { Seed = number },
                _ => throw new ArgumentException($"'{args[i - 1]}' is not known. Known: --messages, --nodes, --concurrency, --latency, --settle, --seed, --keep."),
            };
        }
        // Many messages go faster, so that the run stays in minutes; the second campaign's have longer to use up its money.
        return options.Messages > 10_000 && !args.Contains("--concurrency") ? options with { Concurrency = 24, LatencyMilliseconds = 40, SettleWithin = 300, SecondLatestMinutes = 5 } : options;
    }
}
