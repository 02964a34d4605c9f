using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Clicks of a phase's step: every request, and those that a person made, as far as one can tell.</summary>
public sealed record LinkCounts(string Phase, short Step, long Links, long Clicks, long HumanClicks, long Clickers, IReadOnlyDictionary<string, long> Filtered);

/// <summary>Results of experiments and links.</summary>
internal static class ExperimentEndpoints
{
    extension(RouteGroupBuilder campaign)
    {
        public void MapExperiments()
        {
            campaign.MapGet("/experiments", async (Guid id, Experiments experiments, CancellationToken token) => await experiments.ListAsync(id, token)).RequireRole().WithName("ListExperiments");
            campaign.MapPost("/reachouts/{reachout:guid}/winner", ChooseAsync).RequireRole(Experiments.Choosers).WithName("ChooseWinner");
            campaign.MapGet("/links", async (Guid id, Database database, CancellationToken token) => await CountsAsync(id, database, token)).RequireRole().WithName("ListLinkCounts");
        }
    }

    private static async Task<IResult> ChooseAsync(Guid id, Guid reachout, WinnerRequest body, Experiments experiments, Database database, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        await QuestionEndpoints.RefuseAsync(id, database, actor, texts, cancellationToken) is { } refusal
            ? refusal.ToProblem(texts)
            : (await experiments.ChooseAsync(id, reachout, body.Variant ?? "", body.Reason, actor, cancellationToken)).ToNoContent(texts);

    /// <summary>By phase and step.</summary>
    public static Task<List<LinkCounts>> CountsAsync(Guid campaignId, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var occurrences = await (
                    from occurrence in db.Occurrences.AsNoTracking()
                    join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                    where reachout.CampaignId == campaignId
                    select new { occurrence, reachout.Phase }).ToListAsync(token);
                var phases = occurrences.ToDictionary(row => row.occurrence.Id, row => row.Phase);
                var live = await LinkFigures.ReadAsync(db, db.Occurrences.Where(row => row.CampaignId == campaignId && row.Kept == null), token);
                var kept = occurrences.SelectMany(row => (KeptFigures.Of(row.occurrence)?.Links ?? []).Select(figures => (OccurrenceId: row.occurrence.Id, Figures: figures)));
                return live.Concat(kept).GroupBy(row => (Phase: phases[row.OccurrenceId], row.Figures.Step)).OrderBy(group => group.Key.Phase, StringComparer.Ordinal).ThenBy(group => group.Key.Step).Select(group => new LinkCounts(
                    group.Key.Phase, group.Key.Step, group.Sum(row => row.Figures.Links), group.Sum(row => row.Figures.Clicks), group.Sum(row => row.Figures.HumanClicks), group.Sum(row => row.Figures.Clickers),
                    group.SelectMany(row => row.Figures.Filtered).GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Sum(pair => pair.Value)))).ToList();
            },
            cancellationToken);
}
