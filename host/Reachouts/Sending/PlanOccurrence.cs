using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>At a reach-out's time: puts its audience into the ledger, slice by slice, and starts the senders as it goes. Safe to repeat at any point.</summary>
internal sealed class PlanOccurrence(Database database, Ledger ledger, SendBatches batches, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "plan-occurrence";

    public string Kind => WorkKind;

    // SQLite has one writer: short slices keep web requests quick. A slice is a batch of the senders.
    private int SliceSize => database.Dialect == DatabaseDialect.PostgreSql ? 2_000 : 500;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<OccurrenceWork>(item.Payload, JsonDefaults.Options)!;
        while (await database.WriteAsync((tx, token) => PlanSliceAsync(tx, item, work.OccurrenceId, token), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <returns>Whether there is more to plan.</returns>
    private async Task<bool> PlanSliceAsync(WriteTransaction tx, WorkItem item, long occurrenceId, CancellationToken cancellationToken)
    {
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", occurrenceId).SingleOrDefaultAsync(cancellationToken);
        if (occurrence is null || occurrence.PlannedTo is null || occurrence.State is ReachoutState.Stopped)
        {
            await schedule.CompleteAsync(tx, item, cancellationToken);
            return false;
        }
        await StartAsync(tx, occurrence, cancellationToken);
        if (await ledger.PlanAsync(tx, occurrence, occurrence.PlannedTo.Value, SliceSize, cancellationToken) is { } slice)
        {
            await batches.AddAsync(tx, occurrence, slice.First, slice.Last, cancellationToken);
            occurrence.PlannedTo = slice.Last;
            await tx.Db.SaveChangesAsync(cancellationToken);
            return true;
        }
        occurrence.PlannedTo = null;
        await tx.Db.SaveChangesAsync(cancellationToken);
        await batches.CompleteIfDoneAsync(tx, occurrence, cancellationToken);
        await schedule.CompleteAsync(tx, item, cancellationToken);
        return false;
    }

    private async Task StartAsync(WriteTransaction tx, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.State != ReachoutState.Scheduled)
            return;
        occurrence.State = ReachoutState.Running;
        var reachout = await tx.Db.Reachouts.AsTracking().SingleAsync(row => row.Id == occurrence.ReachoutId, cancellationToken);
        (reachout.State, reachout.StartedAt) = (ReachoutState.Running, clock.GetUtcNow());
        await tx.Db.SaveChangesAsync(cancellationToken);
    }
}
