using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>The most messages of a purpose that a customer may get from all campaigns together. Zero is none at all, null is no limit.</summary>
public sealed record HouseLimits(int? PerCustomerPerDay = null, int? PerCustomerPer30Days = null)
{
    /// <summary>In a week of the customer's calendar, from Monday.</summary>
    public int? PerCustomerPerWeek { get; init; }

    /// <summary>In a month of the customer's calendar.</summary>
    public int? PerCustomerPerMonth { get; init; }

    /// <summary>Tighter limits of single channels.</summary>
    public IReadOnlyList<ChannelLimit> Channels { get; init; } = [];
}

/// <summary>Dated rules <c>frequency-caps</c>, named by purpose: <c>marketing</c>, <c>servicing</c>. None is shipped; a campaign's own limits hold beside them.</summary>
internal sealed class FrequencyCapKind : DatedRuleKind<HouseLimits>
{
    public override string Name => "frequency-caps";
    public override IReadOnlyList<string> Proposers { get; } = [Role.BusinessHead, Role.ProcessAdmin, Role.ConsumerProtection];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Compliance, Role.ConsumerProtection];

    // From the commit on nothing more is leased by what held before.
    public override Task TakeEffectAsync(WriteTransaction tx, CancellationToken cancellationToken) => ReachoutControls.RereadAsync(tx, cancellationToken);

    protected override IEnumerable<FieldProblem> Problems(string name, HouseLimits value)
    {
        if (!Purposes.Contains(name))
            yield return new FieldProblem("name", "field.choice-of", name, string.Join(", ", Purposes));
        foreach (var problem in BriefCheck.LimitProblems("value", value.PerCustomerPerDay, value.PerCustomerPer30Days, value.Channels, value.PerCustomerPerWeek, value.PerCustomerPerMonth))
            yield return problem;
    }

    private static IReadOnlyList<string> Purposes { get; } = [NameOf(Purpose.Marketing), NameOf(Purpose.Servicing)];

    public static string NameOf(Purpose purpose) => purpose == Purpose.Marketing ? "marketing" : "servicing";
}

/// <summary>The house's caps that hold today, in the company's zone.</summary>
internal sealed class HouseCaps(FrequencyCapKind kind, BusinessClock clock, OrchestratorOptions options)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public async Task<IReadOnlyDictionary<Purpose, FrequencyCaps>> NowAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var published = await kind.OnAsync(db, LocalDay.Of(clock.GetUtcNow(), zone), cancellationToken);
        return Enum.GetValues<Purpose>().ToDictionary(
            purpose => purpose,
            purpose => published.TryGetValue(FrequencyCapKind.NameOf(purpose), out var limits) ? FrequencyCaps.Of(limits.PerCustomerPerDay, limits.PerCustomerPer30Days, limits.Channels, limits.PerCustomerPerWeek, limits.PerCustomerPerMonth) : FrequencyCaps.None);
    }
}
