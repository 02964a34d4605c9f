using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Why a month may not be dropped. <c>month-running</c>: it is not over. <c>no-rule</c>: nobody has said how long to keep. <c>retention</c>: kept until then. <c>running</c>: so
/// many reach-outs have not ended. <c>open</c>, <c>unknown</c>: so many messages wait, or nobody knows their fate. <c>recent</c>: messages could leave so lately that caps and
/// receipts still look at them. <c>links</c>: short links in messages still lead somewhere.
/// </summary>
public sealed record MonthObstacle(string Kind, long Count = 0, DateTimeOffset? Until = null);

/// <summary>A month as it stands in the counters.</summary>
internal sealed record MonthFigures(LedgerMonth Month, IReadOnlyList<Occurrence> Occurrences, long Messages, long Open, long Unknown);

/// <summary>Reads months and says what stands against dropping them. Thread-safe.</summary>
internal sealed class MonthObstacles(LedgerRetentionKind rules, BusinessClock clock, OrchestratorOptions options)
{
    private static readonly TimeSpan CapsLookBack = TimeSpan.FromDays(31);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    /// <summary>The term in force today; null: there is none.</summary>
    public async Task<LedgerTerm?> TermAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        return (await rules.OnAsync(db, today, cancellationToken)).GetValueOrDefault(LedgerRetentionKind.Everything);
    }

    /// <summary>Every month with an occurrence in it, newest first.</summary>
    public static async Task<IReadOnlyList<MonthFigures>> ReadAsync(OrchestratorDb db, LedgerMonth? only, CancellationToken cancellationToken)
    {
        var (from, to) = only is { } one ? (one.FirstId, one.EndId) : (0, long.MaxValue);
        var occurrences = await db.Occurrences.AsNoTracking().Where(row => row.Id > from && row.Id < to).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var counts = await db.MessageCounts.Where(row => row.OccurrenceId > from && row.OccurrenceId < to)
            .GroupBy(row => new { Month = row.OccurrenceId / 1_000_000, row.State }).Select(group => new { group.Key.Month, group.Key.State, Count = group.Sum(row => row.Count) }).ToListAsync(cancellationToken);
        return
        [
            .. occurrences.GroupBy(row => LedgerMonth.OfOccurrence(row.Id)).OrderByDescending(group => group.Key.Number).Select(group =>
            {
                var own = counts.Where(row => row.Month == group.Key.Number).ToList();
                return new MonthFigures(
                    group.Key, [.. group], own.Sum(row => row.Count), own.Where(row => row.State is MessageState.Planned or MessageState.Leased or MessageState.Deferred).Sum(row => row.Count),
                    own.Where(row => row.State == MessageState.Unknown).Sum(row => row.Count));
            }),
        ];
    }

    /// <returns>Empty: it may be dropped.</returns>
    public async Task<IReadOnlyList<MonthObstacle>> OfAsync(OrchestratorDb db, MonthFigures figures, LedgerTerm? term, CancellationToken cancellationToken)
    {
        var (now, month) = (clock.GetUtcNow(), figures.Month);
        var obstacles = new List<MonthObstacle>();
        if (month.Next.StartsAt(zone) is var end && end > now)
            obstacles.Add(new MonthObstacle("month-running", Until: end));
        else if (term is null)
            obstacles.Add(new MonthObstacle("no-rule"));
        else if (month.Add(1 + term.KeepMonths).StartsAt(zone) is var until && until > now)
            obstacles.Add(new MonthObstacle("retention", term.KeepMonths, until));
        if (figures.Occurrences.Count(row => row.State is ReachoutState.Running or ReachoutState.Scheduled) is > 0 and var running)
            obstacles.Add(new MonthObstacle("running", running));
        if (figures.Open > 0)
            obstacles.Add(new MonthObstacle("open", figures.Open));
        if (figures.Unknown > 0)
            obstacles.Add(new MonthObstacle("unknown", figures.Unknown));
        if (await LatestAsync(db, figures, cancellationToken) + CapsLookBack is { } quiet && quiet > now)
            obstacles.Add(new MonthObstacle("recent", Until: quiet));
        // Read only where nothing else stands against it: it walks the month's links.
        if (obstacles.Count == 0 && await db.TrackedLinks.Where(row => row.OccurrenceId > month.FirstId && row.OccurrenceId < month.EndId && row.ExpiresAt > now).MaxAsync(row => (DateTimeOffset?)row.ExpiresAt, cancellationToken) is { } expires)
            obstacles.Add(new MonthObstacle("links", Until: expires));
        return obstacles;
    }

    /// <summary>The last moment at which one of its messages could leave.</summary>
    private static async Task<DateTimeOffset?> LatestAsync(OrchestratorDb db, MonthFigures figures, CancellationToken cancellationToken)
    {
        var (from, to) = (figures.Month.FirstId, figures.Month.EndId);
        var batches = await db.SendBatches.Where(row => row.OccurrenceId > from && row.OccurrenceId < to).MaxAsync(row => row.LatestAt, cancellationToken);
        var last = figures.Occurrences.Count == 0 ? (DateTimeOffset?)null : figures.Occurrences.Max(row => row.LatestAt);
        return batches > last ? batches : last;
    }
}
