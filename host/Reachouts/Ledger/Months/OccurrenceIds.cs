using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Gives out the ids of occurrences: the month, and a number within it. Thread-safe.</summary>
internal sealed class OccurrenceIds(LedgerPartitions partitions, BusinessClock clock, OrchestratorOptions options)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    /// <summary>
    /// Makes an occurrence in the month that it is due in; one that is already due, in the present month: a month that is over gets no more of them.
    /// Two at once get different ids.
    /// </summary>
    public async Task<long> AllocateAsync(WriteTransaction tx, Reachout reachout, DateTimeOffset due, DateTimeOffset latest, bool hasOwnAudience, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var month = LedgerMonth.Of(due > now ? due : now, zone);
        await partitions.EnsureAsync(month, cancellationToken);
        while (true)
        {
            var id = (await tx.Db.Occurrences.Where(row => row.Id > month.FirstId && row.Id < month.EndId).MaxAsync(row => (long?)row.Id, cancellationToken) ?? month.FirstId) + 1;
            if (id > month.LastId)
                throw new InvalidOperationException($"No occurrence more fits into {month}.");
            var made = await tx.Db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO occurrences (id, reachout_id, campaign_id, due, latest_at, state, planned_to, rank_after, rank_to, wave, has_own_audience)
                VALUES ({id}, {reachout.Id}, {reachout.CampaignId}, {due.ToUnixTimeMilliseconds()}, {latest.ToUnixTimeMilliseconds()}, {nameof(ReachoutState.Scheduled)}, {(hasOwnAudience ? (long?)null : 0)}, {-1L}, {long.MaxValue}, 0, {hasOwnAudience})
                ON CONFLICT (id) DO NOTHING
                """,
                cancellationToken);
            if (made == 1)
                return id;
        }
    }
}
