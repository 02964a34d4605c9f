using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>A reach-out with its campaign and its counters.</summary>
/// <param name="Planned">How many it is for: the treated of the frozen audience; 0 before the freeze.</param>
public sealed record ReachoutLine(
    Guid Id, Guid CampaignId, string CampaignCode, string CampaignName, string Phase, string Name, DateTimeOffset Due, DateTimeOffset? StartedAt, ReachoutState State, long Planned, IReadOnlyList<LedgerCount> Counts);

/// <summary>Lists reach-outs over campaigns, with three queries however many there are.</summary>
public sealed class ReachoutBoard(Database database)
{
    private const int Limit = 200;

    /// <summary>Being planned or sent at this moment.</summary>
    public Task<IReadOnlyList<ReachoutLine>> RunningAsync(CancellationToken cancellationToken) =>
        ListAsync(rows => rows.Where(row => row.State == ReachoutState.Running), null, cancellationToken);

    /// <param name="owner">User name; null takes everybody's.</param>
    public Task<IReadOnlyList<ReachoutLine>> DueAsync(DateTimeOffset from, DateTimeOffset until, string? owner, CancellationToken cancellationToken) =>
        ListAsync(rows => rows.Where(row => row.Due >= from && row.Due < until), owner, cancellationToken);

    private Task<IReadOnlyList<ReachoutLine>> ListAsync(Func<IQueryable<Reachout>, IQueryable<Reachout>> filter, string? owner, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ReachoutLine>>(
            async (db, token) =>
            {
                var rows = await (
                    from reachout in filter(db.Reachouts)
                    join campaign in db.Campaigns on reachout.CampaignId equals campaign.Id
                    where owner == null || campaign.Owner == owner
                    orderby reachout.Due, reachout.Id
                    select new { reachout.Id, reachout.CampaignId, campaign.Code, CampaignName = campaign.Name, reachout.Phase, reachout.Name, reachout.Due, reachout.StartedAt, reachout.State }).Take(Limit).ToListAsync(token);
                var counts = await LedgerQueries.CountsOfAsync(db, [.. rows.Select(row => row.Id)], token);
                var campaigns = rows.Select(row => row.CampaignId).Distinct().ToList();
                var treated = await db.Set<AudienceFreeze>().Where(row => campaigns.Contains(row.CampaignId)).ToDictionaryAsync(row => row.CampaignId, row => (long)row.Treated, token);
                return [.. rows.Select(row => new ReachoutLine(row.Id, row.CampaignId, row.Code, row.CampaignName, row.Phase, row.Name, row.Due, row.StartedAt, row.State, treated.GetValueOrDefault(row.CampaignId), [.. counts[row.Id]]))];
            },
            cancellationToken);
}
