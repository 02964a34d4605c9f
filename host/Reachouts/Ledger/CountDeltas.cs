namespace Orchestrator.Host.Reachouts;

/// <summary>Where a message is counted.</summary>
internal readonly record struct CountKey(short Step, short Channel, MessageState State, SkipReason Reason);

/// <summary>Gathers how the counters of one occurrence change within a transaction.</summary>
internal sealed class CountDeltas(long occurrenceId)
{
    private readonly Dictionary<CountKey, long> deltas = [];

    public long OccurrenceId => occurrenceId;

    public void Add(CountKey key, long count = 1) => deltas[key] = deltas.GetValueOrDefault(key) + count;

    public void Move(CountKey from, CountKey to)
    {
        Add(from, -1);
        Add(to);
    }

    /// <summary>In one fixed order, so that two transactions never wait for each other crosswise.</summary>
    public IReadOnlyList<(CountKey Key, long Delta)> Changes =>
        [.. deltas.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key.Step).ThenBy(pair => pair.Key.Channel).ThenBy(pair => pair.Key.State).ThenBy(pair => pair.Key.Reason).Select(pair => (pair.Key, pair.Value))];
}
