using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>At a reach-out's time: puts its audience into the ledger, slice by slice, and starts the senders as it goes. Safe to repeat at any point.</summary>
internal sealed class PlanOccurrence(Database database, Ledger ledger, SendBatches batches, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "plan-occurrence";

    public string Kind => WorkKind;

    // SQLite has one writer: short slices keep web requests quick. A slice is a batch of the senders.
    private int SliceSize => database.Dialect == DatabaseDialect.PostgreSql ? 2_000 : 500;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<OccurrenceWork>(item.Payload, JsonDefaults.Options)!;
        while (await database.WriteAsync((tx, token) => PlanSliceAsync(tx, item, work, token), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <returns>Whether there is more to plan.</returns>
    private async Task<bool> PlanSliceAsync(WriteTransaction tx, WorkItem item, OccurrenceWork work, CancellationToken cancellationToken)
    {
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleOrDefaultAsync(cancellationToken);
        if (occurrence is null || occurrence.PlannedTo is null || occurrence.State is ReachoutState.Stopped)
        {
            await schedule.CompleteAsync(tx, item, cancellationToken);
            return false;
        }
        if (work.Answer == LateWork.Skip)
        {
            await SkipAsync(tx, item, occurrence, work, cancellationToken);
            return false;
        }
        await StartAsync(tx, occurrence, work, cancellationToken);
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

    /// <summary>It was late and somebody decided that it does not go out.</summary>
    private async Task SkipAsync(WriteTransaction tx, WorkItem item, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        if (occurrence.State == ReachoutState.Scheduled)
        {
            (occurrence.State, occurrence.PlannedTo) = (ReachoutState.Stopped, null);
            await schedule.CancelAsync(tx, ExpireOccurrence.WorkKind, item.Key, cancellationToken);
            await batches.EndAsync(tx, occurrence, ReachoutState.Stopped, "reachout-skipped", Actor.System, work.AnsweredBy, cancellationToken);
        }
        await schedule.CompleteAsync(tx, item, cancellationToken);
    }

    private async Task StartAsync(WriteTransaction tx, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        if (occurrence.State != ReachoutState.Scheduled)
            return;
        if (work.Answer == LateWork.SendNow)
            await PutOffLatestAsync(tx, occurrence, work, cancellationToken);
        occurrence.State = ReachoutState.Running;
        var reachout = await tx.Db.Reachouts.AsTracking().SingleAsync(row => row.Id == occurrence.ReachoutId, cancellationToken);
        (reachout.State, reachout.StartedAt) = (ReachoutState.Running, clock.GetUtcNow());
        await tx.Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Somebody decided that it goes out late: its messages get as long as they would have had.</summary>
    private async Task PutOffLatestAsync(WriteTransaction tx, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        occurrence.LatestAt = clock.GetUtcNow() + (occurrence.LatestAt - occurrence.Due);
        await schedule.EnqueueAsync(tx, new NewWork(ExpireOccurrence.WorkKind, ReachoutPlans.WorkKey(occurrence.Id), occurrence.LatestAt, new OccurrenceWork(occurrence.Id), occurrence.CampaignId), cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(occurrence.CampaignId), Actor.System, cancellationToken, new AuditEntry("reachout-sent-late", null, new { occurrence.Id, occurrence.Due, occurrence.LatestAt, answeredBy = work.AnsweredBy }));
    }
}
