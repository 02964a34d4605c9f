using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// At a reach-out's time: puts its audience into the ledger, slice by slice, and starts the senders as it goes; where the audience goes in waves, one
/// wave at a time. Safe to repeat at any point.
/// </summary>
internal sealed class PlanOccurrence(
    Database database, Ledger ledger, SendJobs jobs, SendBatches batches, Waves waves, Incidents incidents, WorkSchedule schedule, AuditChain audit, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "plan-occurrence";

    public string Kind => WorkKind;

    // A slice is a batch of the senders. SQLite has one writer: short slices keep web requests quick. Where many share a text, a slice fills a call of the provider.
    private int SliceSize(SendJob job) => job.SharesText ? 10_000 : database.Dialect == DatabaseDialect.PostgreSql ? 2_000 : 500;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<OccurrenceWork>(item.Payload, JsonDefaults.Options)!;
        if (await jobs.FindAsync(work.OccurrenceId, cancellationToken) is not { } job)
        {
            await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
            return;
        }
        while (await database.LedgerWriteAsync((tx, token) => PlanSliceAsync(tx, item, job, work, token), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <returns>Whether there is more to plan.</returns>
    private async Task<bool> PlanSliceAsync(WriteTransaction tx, WorkItem item, SendJob job, OccurrenceWork work, CancellationToken cancellationToken)
    {
        var occurrence = await tx.Locked<Occurrence>("SELECT * FROM occurrences WHERE id = {0}", work.OccurrenceId).SingleOrDefaultAsync(cancellationToken);
        if (occurrence is not { PlannedTo: { } plannedTo } || occurrence.State is ReachoutState.Stopped)
        {
            await schedule.CompleteAsync(tx, item, cancellationToken);
            return false;
        }
        if (work.Answer is LateWork.Skip or Waves.Stop)
        {
            await EndHereAsync(tx, item, occurrence, work, cancellationToken);
            return false;
        }
        await StartAsync(tx, job, occurrence, work, cancellationToken);
        if (occurrence.RankTo == occurrence.RankAfter && !await OpenWaveAsync(tx, item, job, occurrence, work, cancellationToken))
            return false;
        if (await ledger.PlanAsync(tx, occurrence, plannedTo, SliceSize(job), cancellationToken) is { } slice)
        {
            // Where waves are followed up, the batches of each divide all customers among them, those between its members too.
            await batches.AddAsync(tx, occurrence, SendBatches.FollowWaves(job) ? plannedTo + 1 : slice.First, slice.Last, cancellationToken);
            occurrence.PlannedTo = slice.Last;
            await tx.Db.SaveChangesAsync(cancellationToken);
            return true;
        }
        await EndWaveAsync(tx, job, occurrence, cancellationToken);
        await schedule.CompleteAsync(tx, item, cancellationToken);
        return false;
    }

    /// <summary>All of a wave are planned: the next one is looked at in time, after the last the planning is over.</summary>
    private async Task EndWaveAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (SendBatches.FollowWaves(job))
            await batches.TakeOverAsync(tx, occurrence, cancellationToken);
        if (occurrence.RankTo == long.MaxValue)
        {
            occurrence.PlannedTo = null;
            await tx.Db.SaveChangesAsync(cancellationToken);
            await batches.CompleteIfDoneAsync(tx, occurrence, cancellationToken);
            return;
        }
        (occurrence.PlannedTo, occurrence.RankAfter, occurrence.Wave) = (0, occurrence.RankTo, occurrence.Wave + 1);
        await LookLaterAsync(tx, occurrence, waves.NextLook(job.Spec, occurrence), cancellationToken);
    }

    /// <returns>False: not now.</returns>
    private async Task<bool> OpenWaveAsync(WriteTransaction tx, WorkItem item, SendJob job, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        switch (await waves.GateAsync(tx, job, occurrence, work.Answer, cancellationToken))
        {
            case WaveGate.Wait wait:
                await schedule.CompleteAsync(tx, item, cancellationToken);
                await LookLaterAsync(tx, occurrence, wait.Until, cancellationToken);
                return false;
            case WaveGate.Ask ask:
                await schedule.CompleteAsync(tx, item, cancellationToken);
                await incidents.AskAsync(
                    tx,
                    new NewIncident("widen-reachout", job.Reachout.Name, occurrence.CampaignId, ask.Question, new NewWork(WorkKind, ReachoutPlans.WorkKey(occurrence.Id), clock.GetUtcNow(), new OccurrenceWork(occurrence.Id)))
                    {
                        Choices = [Waves.Widen, Waves.Stop],
                    },
                    cancellationToken);
                return false;
        }
        var (due, latest) = SendTiming.WaveSpan(job.Spec.Phase, occurrence, clock.GetUtcNow());
        (occurrence.RankTo, occurrence.WaveDue, occurrence.LatestAt) = (await Waves.BoundaryAsync(tx, occurrence, job.Spec.Phase, cancellationToken), due, latest);
        await ExpireOccurrence.EnqueueAsync(tx, schedule, occurrence, latest, cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(occurrence.CampaignId), Actor.System, cancellationToken, new AuditEntry("reachout-widened", job.Reachout.Phase, new { wave = occurrence.Wave, answeredBy = work.AnsweredBy }));
        await tx.Db.SaveChangesAsync(cancellationToken);
        return true;
    }

    private Task LookLaterAsync(WriteTransaction tx, Occurrence occurrence, DateTimeOffset due, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(tx, new NewWork(WorkKind, ReachoutPlans.WorkKey(occurrence.Id), due, new OccurrenceWork(occurrence.Id), occurrence.CampaignId), cancellationToken);

    /// <summary>Somebody decided that the rest, or all of it, does not go out.</summary>
    private async Task EndHereAsync(WriteTransaction tx, WorkItem item, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        occurrence.PlannedTo = null;
        if (occurrence.State == ReachoutState.Scheduled)
        {
            occurrence.State = ReachoutState.Stopped;
            await schedule.CancelAsync(tx, ExpireOccurrence.WorkKind, item.Key, cancellationToken);
            await batches.EndAsync(tx, occurrence, ReachoutState.Stopped, "reachout-skipped", Actor.System, work.AnsweredBy, cancellationToken);
        }
        else
        {
            await batches.CompleteIfDoneAsync(tx, occurrence, cancellationToken);
        }
        await schedule.CompleteAsync(tx, item, cancellationToken);
    }

    private async Task StartAsync(WriteTransaction tx, SendJob job, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        if (occurrence.State != ReachoutState.Scheduled)
            return;
        if (work.Answer == LateWork.SendNow)
            await PutOffLatestAsync(tx, occurrence, work, cancellationToken);
        occurrence.State = ReachoutState.Running;
        occurrence.RankTo = await Waves.BoundaryAsync(tx, occurrence, job.Spec.Phase, cancellationToken);
        var reachout = await tx.Db.Reachouts.AsTracking().SingleAsync(row => row.Id == occurrence.ReachoutId, cancellationToken);
        (reachout.State, reachout.StartedAt) = (ReachoutState.Running, reachout.StartedAt ?? clock.GetUtcNow());
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (job.Spec.Phase.Experiment is not null)
            await DecideExperiment.BeginAsync(tx, schedule, reachout, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>Somebody decided that it goes out late: its messages get as long as they would have had.</summary>
    private async Task PutOffLatestAsync(WriteTransaction tx, Occurrence occurrence, OccurrenceWork work, CancellationToken cancellationToken)
    {
        occurrence.LatestAt = clock.GetUtcNow() + (occurrence.LatestAt - occurrence.Due);
        await ExpireOccurrence.EnqueueAsync(tx, schedule, occurrence, occurrence.LatestAt, cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(occurrence.CampaignId), Actor.System, cancellationToken, new AuditEntry("reachout-sent-late", null, new { occurrence.Id, occurrence.Due, occurrence.LatestAt, answeredBy = work.AnsweredBy }));
    }
}
