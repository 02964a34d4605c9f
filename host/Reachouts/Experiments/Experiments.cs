using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using CampaignEventKind = Orchestrator.Host.Monitoring.CampaignEventKind;

namespace Orchestrator.Host.Reachouts;

/// <summary>Figures of one variant. <see cref="P"/>: always-valid p-value of its difference to the first variant, before dividing the error among the comparisons; null for the first.</summary>
public sealed record VariantResult(string Key, short Number, long Assigned, long Sent, long Hits, decimal? Rate, double? P);

/// <summary>An experiment as it stands.</summary>
/// <param name="Conclusive">Number of the variant that is better than every other at the approved error; null: none yet.</param>
public sealed record ExperimentResult(
    Guid ReachoutId, string Phase, string Experiment, string Metric, IReadOnlyList<VariantResult> Variants, short? Conclusive, double ErrorPerComparison, short? Winner, string? DecidedBy, DateTimeOffset? DecidedAt);

public sealed record WinnerRequest(string Variant, string Reason);

/// <summary>Reads experiments and settles them: by the approved rule, or by a person at any time.</summary>
internal sealed class Experiments(Database database, WorkSchedule schedule, Incidents incidents, AuditChain audit, BusinessClock clock)
{
    public const string ByRule = "rule";

    /// <summary>Who may choose; of another person's campaign only who answers its questions too.</summary>
    public static readonly string[] Choosers = [Role.Owner, Role.BusinessHead];

    public static bool MayChoose(Campaign campaign, Actor actor) => actor.IsAny(Choosers) && (campaign.Owner == actor.UserName || actor.IsAny(Role.BusinessHead, Role.Platform));

    public async Task<IReadOnlyList<ExperimentResult>> ListAsync(Guid campaignId, CancellationToken cancellationToken)
    {
        var reachouts = await database.ReadAsync((db, token) => db.Reachouts.Where(row => row.CampaignId == campaignId).OrderBy(row => row.Due).ToListAsync(token), cancellationToken);
        var results = new List<ExperimentResult>();
        foreach (var reachout in reachouts)
        {
            if (SpecOf(reachout).Phase.Experiment is { } experiment)
                results.Add(await database.ReadAsync((db, token) => ReadAsync(db, reachout, experiment, token), cancellationToken));
        }
        return results;
    }

    public static async Task<ExperimentResult> ReadAsync(OrchestratorDb db, Reachout reachout, Experiment experiment, CancellationToken cancellationToken)
    {
        var counts = await CountAsync(db, reachout, experiment, cancellationToken);
        var decision = await db.ExperimentDecisions.AsNoTracking().SingleOrDefaultAsync(row => row.ReachoutId == reachout.Id, cancellationToken);
        var effect = (double)experiment.Winner.Effect;
        double P(int a, int b) => MixtureTest.P(counts[a].Sent, counts[a].Hits, counts[b].Sent, counts[b].Hits, effect);
        var comparisons = counts.Length * (counts.Length - 1) / 2;
        var error = (double)experiment.Winner.Significance / comparisons;
        var best = Enumerable.Range(0, counts.Length).MaxBy(i => counts[i].Sent == 0 ? 0 : (double)counts[i].Hits / counts[i].Sent);
        var isConclusive = counts.All(count => count.Sent >= experiment.Winner.MinimumPerVariant) && Enumerable.Range(0, counts.Length).All(i => i == best || P(i, best) <= error);
        return new ExperimentResult(
            reachout.Id, reachout.Phase, experiment.Key, experiment.Metric,
            [.. counts.Select((count, i) => new VariantResult(experiment.Variants[i].Key, (short)(i + 1), count.Assigned, count.Sent, count.Hits, count.Sent == 0 ? null : Math.Round((decimal)count.Hits / count.Sent, 6), i == 0 ? null : P(0, i)))],
            isConclusive ? (short)(best + 1) : null, error, decision?.Winner, decision?.DecidedBy, decision?.DecidedAt);
    }

    /// <summary>A person's choice.</summary>
    public async Task<Outcome<Done>> ChooseAsync(Guid campaignId, Guid reachoutId, string variant, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.required"));
        return await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await tx.Locked<Reachout>("SELECT * FROM reachouts WHERE id = {0}", reachoutId).SingleOrDefaultAsync(token) is not { } reachout || reachout.CampaignId != campaignId || SpecOf(reachout).Phase.Experiment is not { } experiment)
                    return Refusal.NotFound(reachoutId.ToString());
                var number = experiment.Variants.ToList().FindIndex(row => row.Key == variant) + 1;
                if (number == 0)
                    return Refusal.Invalid(new FieldProblem("variant", "field.choice-of", variant, string.Join(", ", experiment.Variants.Select(row => row.Key))));
                return await DecideAsync(tx, reachout, experiment, (short)number, actor, actor.UserName, reason, token) ? Done.Value : Refusal.Conflict("experiment-decided");
            },
            cancellationToken);
    }

    /// <returns>False: it was decided before.</returns>
    public async Task<bool> DecideAsync(WriteTransaction tx, Reachout reachout, Experiment experiment, short winner, Actor actor, string by, string? reason, CancellationToken cancellationToken)
    {
        if (await tx.Db.ExperimentDecisions.AnyAsync(row => row.ReachoutId == reachout.Id, cancellationToken))
            return false;
        var result = await ReadAsync(tx.Db, reachout, experiment, cancellationToken);
        var figures = JsonSerializer.Serialize(result.Variants, JsonDefaults.Options);
        tx.Db.Add(new ExperimentDecision { ReachoutId = reachout.Id, Winner = winner, DecidedBy = by, Reason = reason, Figures = figures, DecidedAt = clock.GetUtcNow() });
        await audit.AppendAsync(
            tx, AuditChain.ForCampaign(reachout.CampaignId), actor, cancellationToken,
            new AuditEntry("experiment-decided", reachout.Phase, new { experiment = experiment.Key, winner = experiment.Variants[winner - 1].Key, by, result.Variants, result.ErrorPerComparison }, reason));
        await incidents.WithdrawAsync(tx, DecideExperiment.WorkKind, DecideExperiment.Key(reachout.Id), cancellationToken);
        // Who waits for the winner goes next.
        foreach (var occurrence in await tx.Db.Occurrences.AsNoTracking().Where(row => row.ReachoutId == reachout.Id && row.PlannedTo != null && row.State == ReachoutState.Running).Select(row => row.Id).ToListAsync(cancellationToken))
            await schedule.EnqueueAsync(tx, new NewWork(PlanOccurrence.WorkKind, ReachoutPlans.WorkKey(occurrence), clock.GetUtcNow(), new OccurrenceWork(occurrence), reachout.CampaignId), cancellationToken);
        return true;
    }

    public static ReachoutSpec SpecOf(Reachout reachout) => JsonSerializer.Deserialize<ReachoutSpec>(reachout.Spec, JsonDefaults.Options)!;

    private static async Task<(long Assigned, long Sent, long Hits)[]> CountAsync(OrchestratorDb db, Reachout reachout, Experiment experiment, CancellationToken cancellationToken)
    {
        var live = await CountAsync(db, reachout, experiment, db.Occurrences.Where(row => row.ReachoutId == reachout.Id && row.Kept == null), cancellationToken);
        var gone = await db.Occurrences.AsNoTracking().Where(row => row.ReachoutId == reachout.Id && row.Kept != null).ToListAsync(cancellationToken);
        var all = live.Concat(gone.SelectMany(row => KeptFigures.Of(row)!.Variants)).ToLookup(row => row.Number);
        return [.. Enumerable.Range(1, experiment.Variants.Count).Select(i => (all[(short)i].Sum(row => row.Assigned), all[(short)i].Sum(row => row.Sent), all[(short)i].Sum(row => row.Hits)))];
    }

    /// <summary>The figures of each variant over some of the reach-out's occurrences, from their messages.</summary>
    internal static async Task<IReadOnlyList<KeptVariant>> CountAsync(OrchestratorDb db, Reachout reachout, Experiment experiment, IQueryable<Occurrence> occurrences, CancellationToken cancellationToken)
    {
        var first = from message in db.Messages
                    join occurrence in occurrences on message.OccurrenceId equals occurrence.Id
                    where message.Step == 0 && message.Variant > 0
                    select message;
        var sent = first.Where(message => message.State == MessageState.Accepted || message.State == MessageState.Delivered);
        var kind = experiment.Metric == "participation" ? CampaignEventKind.Participation : CampaignEventKind.Conversion;
        var hits = experiment.Metric == "click"
            ? sent.Where(message => db.TrackedLinks.Any(link => link.OccurrenceId == message.OccurrenceId && link.CustomerNo == message.CustomerNo && link.HumanClicks > 0))
            : sent.Where(message => db.CampaignEvents.Any(row => row.CampaignId == reachout.CampaignId && row.Kind == kind && row.CustomerNo == message.CustomerNo));
        async Task<Dictionary<short, long>> PerVariantAsync(IQueryable<Message> rows) =>
            await rows.GroupBy(row => row.Variant).Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var (assigned, went, did) = (await PerVariantAsync(first), await PerVariantAsync(sent), await PerVariantAsync(hits));
        return [.. Enumerable.Range(1, experiment.Variants.Count).Select(i => new KeptVariant((short)i, assigned.GetValueOrDefault((short)i), went.GetValueOrDefault((short)i), did.GetValueOrDefault((short)i)))];
    }
}
