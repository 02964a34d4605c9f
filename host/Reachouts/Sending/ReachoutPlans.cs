using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Schedules the phases of a launched campaign: a reach-out each, with an occurrence that fires at its time.</summary>
public sealed class ReachoutPlans
{
    private readonly WorkSchedule schedule;
    private readonly AuditChain audit;
    private readonly Incidents incidents;
    private readonly RecurringTriggers triggers;
    private readonly OccurrenceIds ids;
    private readonly BusinessClock clock;

    internal ReachoutPlans(WorkSchedule schedule, AuditChain audit, Incidents incidents, RecurringTriggers triggers, OccurrenceIds ids, BusinessClock clock) =>
        (this.schedule, this.audit, this.incidents, this.triggers, this.ids, this.clock) = (schedule, audit, incidents, triggers, ids, clock);

    /// <summary>Schedules every phase that has no reach-out yet; one that has keeps it. Phases not started are brought to the approved content.</summary>
    /// <returns>How many were scheduled or changed.</returns>
    public async Task<int> ScheduleAsync(WriteTransaction tx, Campaign campaign, Brief brief, string packageHash, Actor actor, CancellationToken cancellationToken)
    {
        var known = await tx.Db.Reachouts.AsTracking().Where(row => row.CampaignId == campaign.Id).ToDictionaryAsync(row => row.Phase, cancellationToken);
        var scheduled = new List<object>();
        foreach (var phase in brief.Phases)
        {
            if (known.GetValueOrDefault(phase.Key) is { State: not ReachoutState.Scheduled } begun)
            {
                // What is still unsent of a running phase goes out as it was approved last.
                if (begun.State == ReachoutState.Running)
                {
                    (begun.PackageHash, begun.Spec) = (packageHash, Spec(campaign, brief, phase));
                    await RecurAsync(tx, begun, brief, phase, cancellationToken);
                }
                continue;
            }
            if (known.TryGetValue(phase.Key, out var old))
                await DropAsync(tx, old, cancellationToken);
            var (due, latest) = SendTiming.Span(brief, phase, brief.InstantOf(phase.Date, phase.Time));
            await ScheduleAsync(tx, campaign, brief, phase, (due, latest), packageHash, cancellationToken);
            scheduled.Add(new { phase = phase.Key, due, phase.Channels });
        }
        foreach (var gone in known.Values.Where(row => row.State == ReachoutState.Scheduled && brief.Phases.All(phase => phase.Key != row.Phase)))
            await DropAsync(tx, gone, cancellationToken);
        await MessageBudgets.SetAsync(tx, campaign.Id, brief, cancellationToken);
        if (scheduled.Count > 0)
            await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry("reachouts-scheduled", null, new { packageHash, phases = scheduled }));
        return scheduled.Count;
    }

    private static string Spec(Campaign campaign, Brief brief, Phase phase) => JsonSerializer.Serialize(new ReachoutSpec(brief, phase.Settled(), campaign.Code), JsonDefaults.Options);

    internal static string WorkKey(long occurrenceId) => FormattableString.Invariant($"{occurrenceId}");

    private async Task ScheduleAsync(WriteTransaction tx, Campaign campaign, Brief brief, Phase phase, (DateTimeOffset Due, DateTimeOffset Latest) span, string packageHash, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (due, latest) = span;
        var reachout = new Reachout
        {
            Id = Guid.CreateVersion7(now),
            CampaignId = campaign.Id,
            Phase = phase.Key,
            Name = phase.Name,
            Due = due,
            LatestAt = latest,
            State = ReachoutState.Scheduled,
            PackageHash = packageHash,
            Spec = Spec(campaign, brief, phase),
            CreatedAt = now,
        };
        tx.Db.Add(reachout);
        await tx.Db.SaveChangesAsync(cancellationToken);
        await ReachoutControls.EnsureAsync(tx, SendJobs.ScopesOf(reachout, new ReachoutSpec(brief, phase, campaign.Code), await ChannelAccounts.RoutesAsync(tx.Db, cancellationToken)), cancellationToken);
        if (phase.Recurrence is not null)
        {
            await RecurAsync(tx, reachout, brief, phase, cancellationToken);
            return;
        }
        var id = await ids.AllocateAsync(tx, reachout, due, latest, hasOwnAudience: false, cancellationToken);
        await schedule.EnqueueAsync(
            tx, new NewWork(PlanOccurrence.WorkKind, WorkKey(id), due, new OccurrenceWork(id), campaign.Id, MisfirePolicy.Ask, TimeSpan.FromMinutes(phase.LateMinutes ?? phase.LatestMinutes)), cancellationToken);
        await schedule.EnqueueAsync(tx, new NewWork(ExpireOccurrence.WorkKind, WorkKey(id), latest, new OccurrenceWork(id), campaign.Id), cancellationToken);
    }

    private Task RecurAsync(WriteTransaction tx, Reachout reachout, Brief brief, Phase phase, CancellationToken cancellationToken) =>
        phase.Recurrence is not { } recurrence || RecurrenceCron.Of(recurrence, phase.Time) is not { } cron
            ? triggers.RemoveAsync(tx, RecurReachout.TriggerKey(reachout.Id), cancellationToken)
            : triggers.SetAsync(tx, new NewTrigger(RecurReachout.TriggerKey(reachout.Id), RecurReachout.WorkKind, cron, RecurrenceCron.ZoneOf(brief, phase), new RecurWork(reachout.Id), reachout.CampaignId) { Rule = RecurrenceCron.SpanOf(brief, phase) }, cancellationToken);

    private async Task DropAsync(WriteTransaction tx, Reachout reachout, CancellationToken cancellationToken)
    {
        foreach (var occurrence in await tx.Db.Occurrences.AsTracking().Where(row => row.ReachoutId == reachout.Id).ToListAsync(cancellationToken))
        {
            await schedule.CancelAsync(tx, PlanOccurrence.WorkKind, WorkKey(occurrence.Id), cancellationToken);
            await schedule.CancelAsync(tx, ExpireOccurrence.WorkKind, WorkKey(occurrence.Id), cancellationToken);
            await incidents.WithdrawAsync(tx, PlanOccurrence.WorkKind, WorkKey(occurrence.Id), cancellationToken);
            tx.Db.Remove(occurrence);
        }
        await triggers.RemoveAsync(tx, RecurReachout.TriggerKey(reachout.Id), cancellationToken);
        tx.Db.Remove(reachout);
        await tx.Db.SaveChangesAsync(cancellationToken);
    }
}

/// <summary>Payload of work on an occurrence; with the answer, where a person was asked about it.</summary>
internal sealed record OccurrenceWork(long OccurrenceId)
{
    public string? Answer { get; init; }
    public string? AnsweredBy { get; init; }

    /// <summary>Number of the one batch that it is about; null: all.</summary>
    public int? Batch { get; init; }
}
