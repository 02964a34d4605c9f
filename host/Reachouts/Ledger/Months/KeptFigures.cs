using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Clicks of a step.</summary>
public sealed record KeptLinks(short Step, long Links, long Clicks, long HumanClicks, long Clickers, IReadOnlyDictionary<string, long> Filtered);

/// <summary>Figures of a variant.</summary>
public sealed record KeptVariant(short Number, long Assigned, long Sent, long Hits);

/// <summary>
/// What reports say of an occurrence that is read from its messages and not from counters: kept on the occurrence when its month goes, so that every
/// report goes on to say the same.
/// </summary>
/// <param name="OwnTreated">Members of its own audience that were to get it; null: it has none of its own.</param>
/// <param name="OwnHoldout">Those of the holdout.</param>
public sealed record KeptFigures(long? OwnTreated, long? OwnHoldout, IReadOnlyList<KeptLinks> Links, IReadOnlyList<KeptVariant> Variants)
{
    /// <summary>Null: its messages are there.</summary>
    public static KeptFigures? Of(Occurrence occurrence) => occurrence.Kept is { } json ? JsonSerializer.Deserialize<KeptFigures>(json, JsonDefaults.Options) : null;

    /// <summary>Reads them and puts them on the occurrence.</summary>
    internal static async Task KeepAsync(OrchestratorDb db, Occurrence occurrence, CancellationToken cancellationToken)
    {
        var own = occurrence.HasOwnAudience ? (await ReasonReports.OwnSizesAsync(db, db.Occurrences.Where(row => row.Id == occurrence.Id), cancellationToken)) : null;
        var links = await LinkFigures.ReadAsync(db, db.Occurrences.Where(row => row.Id == occurrence.Id), cancellationToken);
        var reachout = await db.Reachouts.AsNoTracking().SingleAsync(row => row.Id == occurrence.ReachoutId, cancellationToken);
        var variants = Experiments.SpecOf(reachout).Phase.Experiment is { } experiment
            ? await Experiments.CountAsync(db, reachout, experiment, db.Occurrences.Where(row => row.Id == occurrence.Id), cancellationToken) : [];
        occurrence.Kept = JsonSerializer.Serialize(
            new KeptFigures(
                own is null ? null : own.GetValueOrDefault((occurrence.Id, Arm.Treated)) + own.GetValueOrDefault((occurrence.Id, Arm.GlobalHoldout)), own?.GetValueOrDefault((occurrence.Id, Arm.Holdout)),
                [.. links.Select(row => row.Figures)], variants),
            JsonDefaults.Options);
    }
}

/// <summary>Clicks of occurrences, from their links.</summary>
internal static class LinkFigures
{
    public static async Task<IReadOnlyList<(long OccurrenceId, KeptLinks Figures)>> ReadAsync(OrchestratorDb db, IQueryable<Occurrence> occurrences, CancellationToken cancellationToken)
    {
        var links = from link in db.TrackedLinks
                    join occurrence in occurrences on link.OccurrenceId equals occurrence.Id
                    select new { link.Id, link.OccurrenceId, link.Step, link.Clicks, link.HumanClicks };
        var totals = await links.GroupBy(link => new { link.OccurrenceId, link.Step })
            .Select(group => new { group.Key, Links = group.LongCount(), Clicks = group.Sum(link => (long)link.Clicks), Human = group.Sum(link => (long)link.HumanClicks), Clickers = group.Sum(link => link.HumanClicks > 0 ? 1L : 0L) }).ToListAsync(cancellationToken);
        var verdicts = await (
            from link in links
            join click in db.Set<LinkClick>() on new { link.Id, link.OccurrenceId } equals new { Id = click.LinkId, click.OccurrenceId }
            where click.Verdict != ClickVerdict.Human
            group click by new { link.OccurrenceId, link.Step, click.Verdict } into grouped
            select new { grouped.Key, Count = grouped.LongCount() }).ToListAsync(cancellationToken);
        return
        [
            .. totals.Select(row => (row.Key.OccurrenceId, new KeptLinks(
                row.Key.Step, row.Links, row.Clicks, row.Human, row.Clickers,
                verdicts.Where(verdict => verdict.Key.OccurrenceId == row.Key.OccurrenceId && verdict.Key.Step == row.Key.Step)
                    .ToDictionary(verdict => JsonNamingPolicy.CamelCase.ConvertName(verdict.Key.Verdict.ToString()), verdict => verdict.Count)))),
        ];
    }
}
