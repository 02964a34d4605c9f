using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Every night: this month and the next are ready for messages before the first one comes, months whose time is over by a rule go, and what is left
/// of dropped ones is thrown away, audiences with them.
/// </summary>
internal sealed class KeepLedgerMonths(Database database, LedgerPartitions partitions, LedgerMonths months, WorkSchedule schedule, BusinessClock clock, OrchestratorOptions options) : IWorkHandler
{
    public const string WorkKind = "ledger-months";

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await MakeAsync(partitions, clock, options, cancellationToken);
        await months.DropByRuleAsync(cancellationToken);
        var (dropped, there) = await database.ReadAsync(
            async (db, token) => (await db.MonthDrops.Where(row => row.State == DropState.Dropped).Select(row => row.Month).ToListAsync(token), await partitions.SizesAsync(db, token)), cancellationToken);
        foreach (var month in dropped.Where(month => there?.ContainsKey(month) == true))
            await partitions.ThrowAwayAsync(LedgerMonth.OfNumber(month), cancellationToken);
        await database.WriteAsync(
            async (tx, token) =>
            {
                // For campaigns that ended, and holds that were lifted, after the month went.
                await DropAudiences.EnqueueAsync(tx, schedule, clock.GetUtcNow(), token);
                await schedule.CompleteAsync(tx, item, token);
            },
            cancellationToken);
    }

    public static async Task MakeAsync(LedgerPartitions partitions, BusinessClock clock, OrchestratorOptions options, CancellationToken cancellationToken)
    {
        var month = LedgerMonth.Of(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone));
        await partitions.EnsureAsync(month, cancellationToken);
        await partitions.EnsureAsync(month.Next, cancellationToken);
    }
}

/// <summary>The same at start, and the nightly run is set.</summary>
internal sealed class LedgerMonthsTick(Database database, LedgerPartitions partitions, RecurringTriggers triggers, BusinessClock clock, OrchestratorOptions options) : IStartupStep
{
    public int Order => 5;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await KeepLedgerMonths.MakeAsync(partitions, clock, options, cancellationToken);
        await database.WriteAsync((tx, token) => triggers.SetAsync(tx, new NewTrigger(KeepLedgerMonths.WorkKind, KeepLedgerMonths.WorkKind, "0 40 3 * * ?", options.CompanyTimeZone), token), cancellationToken);
    }
}
