using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>One line of a report: how many customers a reason kept from a message, or where their messages stand.</summary>
/// <param name="Outcome">holdout, not-planned, or the state of the message.</param>
public sealed record ReasonLine(string Outcome, SkipReason Reason, string? Channel, long Count);

/// <summary>Follow-up messages of a step: they go to some of the audience again and are no part of the sum.</summary>
public sealed record StepReport(short Step, long Total, IReadOnlyList<ReasonLine> Lines);

/// <summary>Where everybody of an occurrence's audience is. The lines add up to <see cref="Audience"/>, at any moment.</summary>
public sealed record ReasonReport(Guid ReachoutId, string Phase, string Name, long OccurrenceId, DateTimeOffset Due, ReachoutState State, long Audience, IReadOnlyList<ReasonLine> Lines, IReadOnlyList<StepReport> Steps)
{
    /// <summary>Its month was dropped: the figures stand, the messages are gone.</summary>
    public bool IsDropped { get; init; }

    public long Sum => Lines.Sum(line => line.Count);

    public bool AddsUp => Sum == Audience && Lines.All(line => line.Count >= 0);
}

/// <summary>Reports per occurrence, from counters.</summary>
public sealed class ReasonReports(Database database)
{
    private const string HoldoutLine = "holdout";
    private const string NotPlanned = "not-planned";

    public Task<IReadOnlyList<ReasonReport>> ReadAsync(Guid campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ReasonReport>>(
            async (db, token) =>
            {
                var (treated, holdout) = await SizesAsync(db, campaignId, token);
                var occurrences = await (
                    from occurrence in db.Occurrences
                    join reachout in db.Reachouts on occurrence.ReachoutId equals reachout.Id
                    where occurrence.CampaignId == campaignId
                    orderby occurrence.Due
                    select new { occurrence, reachout.Phase, reachout.Name }).ToListAsync(token);
                var counts = (await CountsAsync(db, campaignId, token)).ToLookup(row => row.OccurrenceId);
                var own = await OwnSizesAsync(db, db.Occurrences.Where(row => row.CampaignId == campaignId), token);
                return [.. occurrences.Select(row => row.occurrence.HasOwnAudience
                    ? Report(row.occurrence, row.Phase, row.Name, [.. counts[row.occurrence.Id]], own.GetValueOrDefault((row.occurrence.Id, Arm.Treated)) + own.GetValueOrDefault((row.occurrence.Id, Arm.GlobalHoldout)), own.GetValueOrDefault((row.occurrence.Id, Arm.Holdout)))
                    : Report(row.occurrence, row.Phase, row.Name, [.. counts[row.occurrence.Id]], treated, holdout))];
            },
            cancellationToken);

    private static ReasonReport Report(Occurrence occurrence, string phase, string name, IReadOnlyList<MessageCount> counts, long treated, long holdout)
    {
        var first = counts.Where(row => row.Step == 0).ToList();
        var lines = new List<ReasonLine>();
        if (holdout > 0)
            lines.Add(new ReasonLine(HoldoutLine, SkipReason.None, null, holdout));
        if (treated - first.Sum(row => row.Count) is not 0 and var missing)
            lines.Add(new ReasonLine(NotPlanned, occurrence.State == ReachoutState.Stopped ? SkipReason.Stopped : SkipReason.None, null, missing));
        lines.AddRange(Lines(first));
        var steps = counts.Where(row => row.Step > 0).GroupBy(row => row.Step).OrderBy(group => group.Key).Select(group => new StepReport(group.Key, group.Sum(row => row.Count), [.. Lines(group)]));
        return new ReasonReport(occurrence.ReachoutId, phase, name, occurrence.Id, occurrence.Due, occurrence.State, treated + holdout, lines, [.. steps]) { IsDropped = occurrence.Kept is not null };
    }

    private static IEnumerable<ReasonLine> Lines(IEnumerable<MessageCount> counts) =>
        counts.GroupBy(row => (row.State, row.Reason, row.Channel)).Select(group => (group.Key, Count: group.Sum(row => row.Count))).Where(row => row.Count != 0)
            .OrderBy(row => row.Key.State).ThenBy(row => row.Key.Reason).ThenBy(row => row.Key.Channel)
            .Select(row => new ReasonLine(char.ToLowerInvariant(row.Key.State.ToString()[0]) + row.Key.State.ToString()[1..], row.Key.Reason, LedgerChannel.Name(row.Key.Channel), row.Count));

    private static Task<List<MessageCount>> CountsAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken) =>
        (from count in db.MessageCounts
         join occurrence in db.Occurrences on count.OccurrenceId equals occurrence.Id
         where occurrence.CampaignId == campaignId
         select count).ToListAsync(cancellationToken);

    /// <summary>How many of occurrences' own audiences are on which side; of a dropped month, as it was.</summary>
    internal static async Task<Dictionary<(long, Arm), long>> OwnSizesAsync(OrchestratorDb db, IQueryable<Occurrence> occurrences, CancellationToken cancellationToken)
    {
        var sizes = (await (
            from occurrence in occurrences
            where occurrence.HasOwnAudience && occurrence.Kept == null
            join own in db.Set<OccurrenceMember>() on occurrence.Id equals own.OccurrenceId
            join member in db.AudienceMembers on new { occurrence.CampaignId, own.CustomerNo } equals new { member.CampaignId, member.CustomerNo }
            group member by new { occurrence.Id, member.Arm } into grouped
            select new { grouped.Key, Count = grouped.LongCount() }).ToListAsync(cancellationToken)).ToDictionary(row => (row.Key.Id, row.Key.Arm), row => row.Count);
        foreach (var occurrence in await occurrences.AsNoTracking().Where(row => row.HasOwnAudience && row.Kept != null).ToListAsync(cancellationToken))
        {
            var kept = KeptFigures.Of(occurrence)!;
            (sizes[(occurrence.Id, Arm.Treated)], sizes[(occurrence.Id, Arm.Holdout)]) = (kept.OwnTreated ?? 0, kept.OwnHoldout ?? 0);
        }
        return sizes;
    }

    private static async Task<(long Treated, long Holdout)> SizesAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken)
    {
        if (await db.DroppedAudiences.SingleOrDefaultAsync(row => row.CampaignId == campaignId, cancellationToken) is { } gone)
            return (gone.Treated + gone.GlobalHoldout, gone.Holdout);
        var arms = await db.AudienceMembers.Where(row => row.CampaignId == campaignId).GroupBy(row => row.Arm).Select(group => new { group.Key, Count = group.LongCount() }).ToListAsync(cancellationToken);
        return (arms.Where(row => row.Key != Arm.Holdout).Sum(row => row.Count), arms.Where(row => row.Key == Arm.Holdout).Sum(row => row.Count));
    }
}
