using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>A dropped month that held messages of a campaign.</summary>
/// <param name="At">When it was gone; null: it is going.</param>
/// <param name="Kept">The campaign's messages of the month that legal holds kept.</param>
internal sealed record DroppedMonth(string Month, DateTimeOffset? At, string RequestedBy, string? ApprovedBy, long Kept);

/// <summary>Which months of a campaign's messages are gone: its counters stay, so a page has to say why the messages behind them are missing.</summary>
internal sealed class DroppedMonths(Database database)
{
    /// <summary>Oldest first; empty for nearly every campaign.</summary>
    public Task<IReadOnlyList<DroppedMonth>> OfCampaignAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DroppedMonth>>(
            async (db, token) =>
            {
                var gone = await db.Occurrences.Where(row => row.CampaignId == campaignId && row.Kept != null).Select(row => row.Id).ToListAsync(token);
                if (gone.Count == 0)
                    return [];
                var numbers = gone.Select(id => LedgerMonth.OfOccurrence(id).Number).Distinct().ToList();
                var drops = await db.MonthDrops.AsNoTracking().Where(row => numbers.Contains(row.Month)).OrderBy(row => row.Month).ToListAsync(token);
                var kept = await db.HeldMessages.Where(row => db.Occurrences.Any(occurrence => occurrence.Id == row.OccurrenceId && occurrence.CampaignId == campaignId))
                    .GroupBy(row => row.OccurrenceId).Select(group => new { group.Key, Count = group.LongCount() }).ToListAsync(token);
                return [.. drops.Select(drop => new DroppedMonth(
                    LedgerMonth.OfNumber(drop.Month).ToString(), drop.DroppedAt, drop.RequestedBy, drop.ApprovedBy,
                    kept.Where(row => LedgerMonth.OfOccurrence(row.Key).Number == drop.Month).Sum(row => row.Count)))];
            },
            cancellationToken);
}
