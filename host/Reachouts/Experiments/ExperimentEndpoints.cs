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
            campaign.MapPost("/reachouts/{reachout:guid}/winner", ChooseAsync).RequireRole(Role.Owner, Role.BusinessHead).WithName("ChooseWinner");
            campaign.MapGet("/links", async (Guid id, Database database, CancellationToken token) => await CountsAsync(id, database, token)).RequireRole().WithName("ListLinkCounts");
        }
    }

    private static async Task<IResult> ChooseAsync(Guid id, Guid reachout, WinnerRequest body, Experiments experiments, Database database, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        await QuestionEndpoints.RefuseAsync(id, database, actor, texts, cancellationToken) is { } refusal
            ? refusal.ToProblem(texts)
            : (await experiments.ChooseAsync(id, reachout, body.Variant ?? "", body.Reason, actor, cancellationToken)).ToNoContent(texts);

    private static Task<List<LinkCounts>> CountsAsync(Guid campaignId, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var links = from link in db.TrackedLinks
                            join occurrence in db.Occurrences on link.OccurrenceId equals occurrence.Id
                            join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                            where reachout.CampaignId == campaignId
                            select new { link.Id, link.OccurrenceId, reachout.Phase, link.Step, link.Clicks, link.HumanClicks };
                var totals = await links.GroupBy(link => new { link.Phase, link.Step })
                    .Select(group => new { group.Key, Links = group.LongCount(), Clicks = group.Sum(link => (long)link.Clicks), Human = group.Sum(link => (long)link.HumanClicks), Clickers = group.Sum(link => link.HumanClicks > 0 ? 1L : 0L) }).ToListAsync(token);
                var verdicts = await (from link in links join click in db.Set<LinkClick>() on new { link.Id, link.OccurrenceId } equals new { Id = click.LinkId, click.OccurrenceId } where click.Verdict != ClickVerdict.Human group click by new { link.Phase, link.Step, click.Verdict } into grouped select new { grouped.Key, Count = grouped.LongCount() }).ToListAsync(token);
                return totals.OrderBy(row => row.Key.Phase, StringComparer.Ordinal).ThenBy(row => row.Key.Step).Select(row => new LinkCounts(
                    row.Key.Phase, row.Key.Step, row.Links, row.Clicks, row.Human, row.Clickers,
                    verdicts.Where(verdict => verdict.Key.Phase == row.Key.Phase && verdict.Key.Step == row.Key.Step).ToDictionary(verdict => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(verdict.Key.Verdict.ToString()), verdict => verdict.Count))).ToList();
            },
            cancellationToken);
}
