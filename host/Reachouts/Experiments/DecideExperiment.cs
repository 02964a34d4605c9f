using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Payload: the experiment's reach-out, and what a person answered.</summary>
internal sealed record ExperimentWork(Guid ReachoutId)
{
    public string? Answer { get; init; }
    public string? AnsweredBy { get; init; }
}

/// <summary>Looks at an experiment each hour: the approved rule decides when it is certain enough, else a person is asked after the approved time.</summary>
internal sealed class DecideExperiment(Database database, Experiments experiments, Incidents incidents, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public const string WorkKind = "decide-experiment";
    public const string KeepTesting = "keep-testing";
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public string Kind => WorkKind;

    public static string Key(Guid reachoutId) => reachoutId.ToString("N");

    /// <summary>Begins to look at it.</summary>
    public static Task BeginAsync(WriteTransaction tx, WorkSchedule schedule, Reachout reachout, DateTimeOffset now, CancellationToken cancellationToken) =>
        schedule.EnqueueAsync(tx, new NewWork(WorkKind, Key(reachout.Id), now + Every, new ExperimentWork(reachout.Id), reachout.CampaignId), cancellationToken);

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<ExperimentWork>(item.Payload, JsonDefaults.Options)!;
        return database.WriteAsync(
            async (tx, token) =>
            {
                await schedule.CompleteAsync(tx, item, token);
                if (await tx.Locked<Reachout>("SELECT * FROM reachouts WHERE id = {0}", work.ReachoutId).SingleOrDefaultAsync(token) is { StartedAt: { } started } reachout)
                    await LookAsync(tx, reachout, started, work, token);
            },
            cancellationToken);
    }

    private async Task LookAsync(WriteTransaction tx, Reachout reachout, DateTimeOffset started, ExperimentWork work, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (Experiments.SpecOf(reachout).Phase.Experiment is not { } experiment || reachout.State == ReachoutState.Stopped || now - started > Longest)
            return;
        if (experiment.Variants.ToList().FindIndex(variant => variant.Key == work.Answer) is >= 0 and var chosen)
        {
            await experiments.DecideAsync(tx, reachout, experiment, (short)(chosen + 1), Actor.System, work.AnsweredBy ?? "", null, cancellationToken);
            return;
        }
        var result = await Experiments.ReadAsync(tx.Db, reachout, experiment, cancellationToken);
        if (result.Winner is not null)
            return;
        if (experiment.Winner.IsAutomatic && result.Conclusive is { } winner)
        {
            await experiments.DecideAsync(tx, reachout, experiment, winner, Actor.System, Experiments.ByRule, null, cancellationToken);
            return;
        }
        if (now - started >= TimeSpan.FromHours(experiment.Winner.AskAfterHours) && work.Answer != KeepTesting)
            await AskAsync(tx, reachout, result, cancellationToken);
        // Having been told to keep testing, the question comes again only after a day.
        await schedule.EnqueueAsync(tx, new NewWork(WorkKind, Key(reachout.Id), now + (work.Answer == KeepTesting ? TimeSpan.FromDays(1) : Every), new ExperimentWork(reachout.Id), reachout.CampaignId), cancellationToken);
    }

    private Task AskAsync(WriteTransaction tx, Reachout reachout, ExperimentResult result, CancellationToken cancellationToken)
    {
        var figures = string.Join("; ", result.Variants.Select(variant => FormattableString.Invariant($"{variant.Key}: {variant.Hits}/{variant.Sent}{(variant.P is { } p ? $", p = {p:0.###}" : "")}")));
        return incidents.AskAsync(
            tx,
            new NewIncident(WorkKind, reachout.Phase, reachout.CampaignId, $"Experiment {result.Experiment} ({result.Metric}): {figures}. Which variant goes on?", new NewWork(WorkKind, Key(reachout.Id), clock.GetUtcNow(), new ExperimentWork(reachout.Id)))
            {
                Choices = [.. result.Variants.Select(variant => variant.Key), KeepTesting],
            },
            cancellationToken);
    }
}
