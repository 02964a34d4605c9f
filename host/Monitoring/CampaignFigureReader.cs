using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Retrospectives;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Monitoring;

/// <summary>All counters of a campaign at one moment: what figures, guardrails and the live page are made of.</summary>
internal sealed record CampaignNumbers(
    IReadOnlyList<LedgerCount> Messages, IReadOnlyDictionary<(string Metric, string Arm), long> Metrics, IReadOnlyDictionary<DateOnly, long> ConvertersPerDay, long Treated, long Holdout, int Trips, long MessageCost = 0, long GlobalHoldout = 0)
{
    public const decimal Micros = 1_000_000m;

    public long Of(params MessageState[] states) => Messages.Where(row => states.Contains(row.State)).Sum(row => row.Count);

    public long Sum(string metric) => Metrics.Where(pair => pair.Key.Metric == metric).Sum(pair => pair.Value);

    /// <summary>Cost events and what messages came to at their accounts' prices, in the campaign's currency.</summary>
    public decimal Cost => (Sum(Metric.Cost) + MessageCost) / Micros;

    public long InArm(string metric, string arm) => Metrics.GetValueOrDefault((metric, arm));
}

/// <summary>Reads the figures of campaigns from counters; nothing is counted row by row.</summary>
public sealed class CampaignFigureReader : ICampaignFigures
{
    internal const string Treated = "treated";
    internal const string Holdout = "holdout";
    internal const string GlobalHoldout = "global-holdout";

    internal static string NameOf(Arm arm) => arm switch { Arm.Treated => Treated, Arm.Holdout => Holdout, _ => GlobalHoldout };

    public async Task<Figures?> ReadAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(row => row.Id == campaignId, cancellationToken) is not { } campaign)
            return null;
        var numbers = await NumbersAsync(db, campaignId, cancellationToken);
        return numbers.Treated + numbers.Holdout == 0 ? null : Figures(campaign.Brief().Goal, numbers);
    }

    internal static Figures Figures(Goal goal, CampaignNumbers numbers) => new()
    {
        Actual = Actual(goal, numbers),
        Treated = new GroupResult(numbers.Treated, numbers.InArm(Metric.Converters, Treated)),
        Holdout = new GroupResult(numbers.Holdout, numbers.InArm(Metric.Converters, Holdout)),
        GlobalHoldout = new GroupResult(numbers.GlobalHoldout, numbers.InArm(Metric.Converters, GlobalHoldout)),
        Messages = numbers.Messages.GroupBy(row => Name(row.State.ToString())).ToDictionary(group => group.Key, group => group.Sum(row => row.Count)),
        Skips = numbers.Messages.Where(row => row.State == MessageState.Skipped).GroupBy(row => Name(row.Reason.ToString())).ToDictionary(group => group.Key, group => group.Sum(row => row.Count)),
        Participants = numbers.Sum(Metric.Participants),
        Complaints = numbers.Sum(Metric.Complaints),
        OptOuts = numbers.Sum(Metric.OptOuts),
        Cost = numbers.Cost,
        Trips = numbers.Trips,
    };

    /// <summary>What the goal measures, reached by those who were messaged: an amount, participants, or else customers who converted.</summary>
    internal static decimal Actual(Goal goal, CampaignNumbers numbers) =>
        goal.Metric.Contains("amount", StringComparison.Ordinal) ? numbers.InArm(Metric.ConversionValue, Treated) / CampaignNumbers.Micros
        : goal.Metric.StartsWith("particip", StringComparison.Ordinal) ? numbers.InArm(Metric.Participants, Treated)
        : numbers.InArm(Metric.Converters, Treated);

    internal static async Task<CampaignNumbers> NumbersAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken)
    {
        var days = await db.MetricDays.AsNoTracking().Where(row => row.CampaignId == campaignId).ToListAsync(cancellationToken);
        var (treated, holdout, heldOut) = await SizesAsync(db, campaignId, cancellationToken);
        return new CampaignNumbers(
            await LedgerQueries.CountsAsync(db, campaignId, cancellationToken),
            days.GroupBy(row => (row.Metric, row.Arm)).ToDictionary(group => group.Key, group => group.Sum(row => row.Value)),
            days.Where(row => row is { Metric: Metric.Converters, Arm: Treated }).ToDictionary(row => row.Day, row => row.Value),
            treated, holdout,
            await db.GuardrailTrips.CountAsync(row => row.CampaignId == campaignId, cancellationToken),
            (await SpentAsync(db, [campaignId], cancellationToken)).GetValueOrDefault(campaignId),
            heldOut);
    }

    /// <summary>The counters of several campaigns; sizes and trips, which lists do not show, are left out.</summary>
    internal static async Task<IReadOnlyDictionary<Guid, CampaignNumbers>> NumbersOfAsync(OrchestratorDb db, IReadOnlyCollection<Guid> campaigns, CancellationToken cancellationToken)
    {
        var metrics = await db.MetricDays.Where(row => campaigns.Contains(row.CampaignId)).GroupBy(row => new { row.CampaignId, row.Metric, row.Arm })
            .Select(group => new { group.Key, Sum = group.Sum(row => row.Value) }).ToListAsync(cancellationToken);
        var reachouts = await db.Reachouts.Where(row => campaigns.Contains(row.CampaignId)).Select(row => new { row.Id, row.CampaignId }).ToListAsync(cancellationToken);
        var counts = await LedgerQueries.CountsOfAsync(db, reachouts.ConvertAll(row => row.Id), cancellationToken);
        var spent = await SpentAsync(db, campaigns, cancellationToken);
        return campaigns.ToDictionary(id => id, id => new CampaignNumbers(
            [.. reachouts.Where(row => row.CampaignId == id).SelectMany(row => counts[row.Id])],
            metrics.Where(row => row.Key.CampaignId == id).ToDictionary(row => (row.Key.Metric, row.Key.Arm), row => row.Sum),
            new Dictionary<DateOnly, long>(), 0, 0, 0, spent.GetValueOrDefault(id)));
    }

    // Messages, and the confirmations that they brought about.
    private static async Task<Dictionary<Guid, long>> SpentAsync(OrchestratorDb db, IReadOnlyCollection<Guid> campaigns, CancellationToken cancellationToken)
    {
        var spent = await MessageBudgets.Uses(db, campaigns).Where(use => use.Name == MessageBudget.Whole).ToDictionaryAsync(use => use.CampaignId, use => use.Spent, cancellationToken);
        foreach (var (campaign, confirmations) in await ConfirmationCosts.OfCampaignsAsync(db, campaigns, cancellationToken))
            spent[campaign] = spent.GetValueOrDefault(campaign) + confirmations.Spent;
        return spent;
    }

    private static async Task<(long Treated, long Holdout, long GlobalHoldout)> SizesAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken)
    {
        if (await db.Set<AudienceFreeze>().AsNoTracking().SingleOrDefaultAsync(row => row.CampaignId == campaignId, cancellationToken) is { State: FreezeState.Done } freeze)
            return (freeze.Treated, freeze.Holdout, freeze.GlobalHoldout);
        if (await db.DroppedAudiences.SingleOrDefaultAsync(row => row.CampaignId == campaignId, cancellationToken) is { } gone)
            return (gone.Treated, gone.Holdout, gone.GlobalHoldout);
        var arms = await db.AudienceMembers.Where(row => row.CampaignId == campaignId).GroupBy(row => row.Arm).Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return (arms.GetValueOrDefault(Arm.Treated), arms.GetValueOrDefault(Arm.Holdout), arms.GetValueOrDefault(Arm.GlobalHoldout));
    }

    private static string Name(string state) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(state);
}
