using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>A figure of the ledger. <see cref="Channel"/> is null while no channel is chosen.</summary>
public sealed record LedgerCount(Guid ReachoutId, string Phase, short Step, string? Channel, MessageState State, SkipReason Reason, long Count);

/// <summary>How many messages of a campaign nobody knows the fate of.</summary>
public sealed record UnsettledCount(Guid CampaignId, string Code, string Name, long Count);

/// <summary>Reads the ledger for people: from counters, never by counting messages.</summary>
public sealed class LedgerQueries(Database database)
{
    /// <summary>Every non-zero counter of a campaign.</summary>
    public Task<IReadOnlyList<LedgerCount>> CountsAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => CountsAsync(db, campaignId, token), cancellationToken);

    public static Task<IReadOnlyList<LedgerCount>> CountsAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken) =>
        CountsAsync(db, db.Reachouts.Where(row => row.CampaignId == campaignId), cancellationToken);

    /// <summary>The non-zero counters of several reach-outs, by reach-out.</summary>
    public static async Task<ILookup<Guid, LedgerCount>> CountsOfAsync(OrchestratorDb db, IReadOnlyCollection<Guid> reachouts, CancellationToken cancellationToken) =>
        (reachouts.Count == 0 ? [] : await CountsAsync(db, db.Reachouts.Where(row => reachouts.Contains(row.Id)), cancellationToken)).ToLookup(row => row.ReachoutId);

    private static async Task<IReadOnlyList<LedgerCount>> CountsAsync(OrchestratorDb db, IQueryable<Reachout> reachouts, CancellationToken cancellationToken)
    {
        var rows = await (
            from count in db.MessageCounts
            join occurrence in db.Occurrences on count.OccurrenceId equals occurrence.Id
            join reachout in reachouts on occurrence.ReachoutId equals reachout.Id
            group count.Count by new { reachout.Id, reachout.Phase, count.Step, count.Channel, count.State, count.Reason } into grouped
            select new { grouped.Key, Count = grouped.Sum() }).ToListAsync(cancellationToken);
        return
        [
            .. rows.Where(row => row.Count != 0)
                .Select(row => new LedgerCount(row.Key.Id, row.Key.Phase, row.Key.Step, LedgerChannel.Name(row.Key.Channel), row.Key.State, row.Key.Reason, row.Count))
                .OrderBy(row => row.Phase, StringComparer.Ordinal).ThenBy(row => row.Channel, StringComparer.Ordinal).ThenBy(row => row.State).ThenBy(row => row.Reason),
        ];
    }

    /// <summary>Unsettled messages per campaign, most first.</summary>
    public Task<IReadOnlyList<UnsettledCount>> UnknownAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UnsettledCount>>(
            async (db, token) =>
            {
                var rows = await (
                    from count in db.MessageCounts
                    where count.State == MessageState.Unknown
                    join occurrence in db.Occurrences on count.OccurrenceId equals occurrence.Id
                    join campaign in db.Campaigns on occurrence.CampaignId equals campaign.Id
                    group count.Count by new { campaign.Id, campaign.Code, campaign.Name } into grouped
                    select new { grouped.Key, Count = grouped.Sum() }).ToListAsync(token);
                return [.. rows.Where(row => row.Count > 0).OrderByDescending(row => row.Count).Select(row => new UnsettledCount(row.Key.Id, row.Key.Code, row.Key.Name, row.Count))];
            },
            cancellationToken);

    public Task<List<Reachout>> ReachoutsAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Reachouts.Where(row => row.CampaignId == campaignId).OrderBy(row => row.Due).ToListAsync(token), cancellationToken);
}
