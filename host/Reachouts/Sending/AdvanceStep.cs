using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Looks at a batch when the time of a follow-up has come for somebody, or a receipt or click has brought one on: plans all that are due by then, each customer's by
/// their own message, whether others of the batch are being sent, wait or have ended. A message whose fate is unknown leads nowhere until it is settled.
/// </summary>
internal sealed class AdvanceStep(Database database, Ledger ledger, SendJobs jobs, SendBatches batches, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "advance-step";

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<BatchWork>(item.Payload, JsonDefaults.Options)!;
        var job = await jobs.FindAsync(work.OccurrenceId, cancellationToken);
        await database.WriteAsync(
            async (tx, token) =>
            {
                await schedule.CompleteAsync(tx, item, token);
                var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleOrDefaultAsync(token);
                var batch = await tx.Db.SendBatches.AsTracking().SingleOrDefaultAsync(row => row.OccurrenceId == work.OccurrenceId && row.No == work.No, token);
                if (job is null || batch is null || occurrence is not { State: ReachoutState.Running })
                    return;
                if (!await SendBatches.IsTakenOverAsync(tx, job, occurrence, batch, token))
                    await AdvanceAsync(tx, job, occurrence, batch, token);
                else if (batch.State == BatchState.Awaiting)
                    await EndAsync(tx, occurrence, batch, token);
            },
            cancellationToken);
    }

    public static NewWork Of(long occurrenceId, int no, DateTimeOffset due, Guid campaignId) =>
        new(WorkKind, FormattableString.Invariant($"{occurrenceId}/{no}"), due, new BatchWork(occurrenceId, no), campaignId);

    private async Task AdvanceAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, SendBatch batch, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var planned = 0;
        for (short number = 1; number <= job.Spec.Phase.Steps.Count; number++)
        {
            var step = job.Spec.Phase.Steps[number - 1];
            var latest = Ledger.LatestMinute(now.AddMinutes(step.LatestMinutes));
            var count = await ledger.PlanStepAsync(tx, occurrence, batch, (number, step), latest, cancellationToken);
            if (count == 0)
                continue;
            planned += count;
            var at = DateTimeOffset.UnixEpoch.AddMinutes(latest);
            batch.LatestAt = batch.LatestAt > at ? batch.LatestAt : at;
            await ExpireOccurrence.EnqueueAsync(tx, schedule, occurrence, batch, at, cancellationToken);
        }
        if (planned > 0)
        {
            // One that is sending finds them when it comes to its end.
            if (batch.State != BatchState.Active)
                batch.State = BatchState.Waiting;
            await batches.StartNextAsync(tx, occurrence, cancellationToken);
        }
        // Those of the next minute go together: a look costs the same for one as for all.
        var comes = await batches.LookAheadAsync(tx, job, occurrence, batch, notBefore: now + StepSql.Soon, cancellationToken);
        if (!comes && batch.State == BatchState.Awaiting)
            await EndAsync(tx, occurrence, batch, cancellationToken);
    }

    private Task EndAsync(WriteTransaction tx, Occurrence occurrence, SendBatch batch, CancellationToken cancellationToken)
    {
        batch.State = BatchState.Done;
        return batches.CompleteIfDoneAsync(tx, occurrence, cancellationToken);
    }
}
