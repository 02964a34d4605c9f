using System.Diagnostics;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// How much of a lease is left, by two clocks of which the later decides: the monotonic one (not moved by clock changes) and the wall clock
/// (runs on while the machine is suspended).
/// </summary>
internal sealed class LeaseTime(TimeProvider clock, TimeSpan length)
{
    private readonly long ticks = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset at = clock.GetUtcNow();

    /// <summary>Real clock, Unix ms: what the ledger is told.</summary>
    public long Until => (at + length).ToUnixTimeMilliseconds();

    /// <summary>Whether a call of that length would end inside the lease.</summary>
    public bool Outlasts(TimeSpan call)
    {
        var monotonic = Stopwatch.GetElapsedTime(ticks);
        var wall = clock.GetUtcNow() - at;
        return length - (monotonic > wall ? monotonic : wall) > call;
    }
}
