using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload: a batch whose messages have all ended, and how often its unknown ones were waited for.</summary>
internal sealed record AdvanceWork(long OccurrenceId, int No, int Tries = 0);

/// <summary>
/// Some hours after the messages of a batch ended: plans the next step for those of whom its condition holds. A message whose fate is unknown leads
/// nowhere; it is looked at again each hour for a day, in case it is settled.
/// </summary>
internal sealed class AdvanceStep(Database database, Ledger ledger, SendJobs jobs, SendBatches batches, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "advance-step";
    private const int TriesForUnknown = 24;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<AdvanceWork>(item.Payload, JsonDefaults.Options)!;
        var job = await jobs.FindAsync(work.OccurrenceId, cancellationToken);
        await database.WriteAsync(
            async (tx, token) =>
            {
                await schedule.CompleteAsync(tx, item, token);
                var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleOrDefaultAsync(token);
                var batch = await tx.Db.SendBatches.AsTracking().SingleOrDefaultAsync(row => row.OccurrenceId == work.OccurrenceId && row.No == work.No, token);
                if (job is not null && batch is { State: BatchState.Awaiting } && occurrence is { State: ReachoutState.Running })
                    await AdvanceAsync(tx, job, occurrence, batch, work, token);
            },
            cancellationToken);
    }

    private async Task AdvanceAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, SendBatch batch, AdvanceWork work, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var steps = job.Spec.Phase.Steps;
        var planned = 0;
        // Earlier steps again, for messages that were settled late.
        for (var number = 1; number <= Math.Min(batch.Step + 1, steps.Count); number++)
        {
            var step = steps[number - 1];
            // The hours of the step whose turn it is were waited since the batch rested. A receipt that came meanwhile makes nobody wait again, for there is no
            // other turn. Of an earlier step, what changed lately may have been sent lately.
            var before = number == batch.Step + 1 ? now : now.AddHours(-(double)step.AfterHours);
            planned += await ledger.PlanStepAsync(tx, occurrence, batch, (short)number, step.When, before.ToUnixTimeMilliseconds(), cancellationToken);
        }
        var mayWait = work.Tries < TriesForUnknown && await ledger.HasUnknownAsync(tx, batch, cancellationToken);
        if (planned == 0 && mayWait)
        {
            await EnqueueAsync(tx, schedule, occurrence, batch, now.AddHours(1), work.Tries + 1, cancellationToken);
            return;
        }
        batch.Step = (short)Math.Min(batch.Step + 1, steps.Count);
        if (planned == 0)
        {
            await batches.RestAsync(tx, job, occurrence, batch, cancellationToken);
            await batches.CompleteIfDoneAsync(tx, occurrence, cancellationToken);
            return;
        }
        batch.LatestAt = now.AddMinutes(steps[batch.Step - 1].LatestMinutes);
        await ExpireOccurrence.EnqueueAsync(tx, schedule, occurrence, batch.LatestAt.Value, cancellationToken);
        batch.State = BatchState.Waiting;
        await batches.StartNextAsync(tx, occurrence, cancellationToken);
    }

    public static Task EnqueueAsync(WriteTransaction tx, WorkSchedule schedule, Occurrence occurrence, SendBatch batch, DateTimeOffset due, int tries, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(tx, new NewWork(WorkKind, SendBatches.Key(batch), due, new AdvanceWork(batch.OccurrenceId, batch.No, tries), occurrence.CampaignId), cancellationToken);
}
