using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Counters of one phase (or of all), added up the way people ask for them.</summary>
internal sealed record SendFigures(IReadOnlyList<LedgerCount> Counts)
{
    /// <summary>States behind each figure, by the name that links give it.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<MessageState>> Groups = new Dictionary<string, IReadOnlyList<MessageState>>
    {
        ["accepted"] = [MessageState.Accepted, MessageState.Delivered],
        ["delivered"] = [MessageState.Delivered],
        ["skipped"] = [MessageState.Skipped, MessageState.Expired],
        ["waiting"] = [MessageState.Planned, MessageState.Leased, MessageState.Deferred],
        ["unknown"] = [MessageState.Unknown],
        ["failed"] = [MessageState.Failed],
    };

    public long Total => Counts.Sum(row => row.Count);

    public long Of(params MessageState[] states) => Counts.Where(row => states.Contains(row.State)).Sum(row => row.Count);

    public long Waiting => Of(MessageState.Planned, MessageState.Leased, MessageState.Deferred);

    /// <summary>Went to a provider that took it.</summary>
    public long Accepted => Of(MessageState.Accepted, MessageState.Delivered);

    public long Delivered => Of(MessageState.Delivered);

    public long Skipped => Of(MessageState.Skipped, MessageState.Expired);

    public long Failed => Of(MessageState.Failed);

    public long Unknown => Of(MessageState.Unknown);

    public double Progress => Total == 0 ? 0 : 1 - ((double)Waiting / Total);

    public IEnumerable<(string Reason, long Count)> Reasons => Counts
        .Where(row => row.State is MessageState.Skipped or MessageState.Expired or MessageState.Failed && row.Reason != SkipReason.None)
        .GroupBy(row => row.Reason).Select(group => (group.Key.ToString(), group.Sum(row => row.Count))).OrderByDescending(row => row.Item2);

    public IEnumerable<(string Channel, SendFigures Figures)> ByChannel => Counts.Where(row => row.Channel is not null).GroupBy(row => row.Channel!).Select(group => (group.Key, new SendFigures([.. group])));
}
