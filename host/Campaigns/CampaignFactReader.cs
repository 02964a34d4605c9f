using System.Text.Json;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Campaigns;

/// <summary>Gathers what decisions read: from the brief, from linting its texts, and from the other subjects.</summary>
public sealed class CampaignFactReader(IEnumerable<IFactSource> sources, BriefLint lint, BusinessClock clock)
{
    public async Task<IReadOnlyDictionary<string, object?>> ReadAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var facts = FromBrief(brief, await LegalLimits.OnAsync(db, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), cancellationToken));
        AddTexts(brief, facts, await lint.LintAsync(brief, cancellationToken, db));
        foreach (var source in sources)
            await source.AddAsync(db, brief, facts, cancellationToken);
        facts[CampaignFacts.WorstCaseCost] = WorstCase(facts);
        return facts;
    }

    /// <summary>Stores the facts with the campaign: decisions of its process read them there, and they are on record for replay.</summary>
    public async Task StoreAsync(WriteTransaction tx, Campaign campaign, Brief brief, CancellationToken cancellationToken) =>
        campaign.FactsJson = JsonSerializer.Serialize(await ReadAsync(tx.Db, brief, cancellationToken), JsonDefaults.Options);

    private static Dictionary<string, object?> FromBrief(Brief brief, IReadOnlyDictionary<string, decimal> limits)
    {
        var incentive = brief.Incentive is { Mechanic: not "none" } some ? some : null;
        var channels = brief.Phases.SelectMany(phase => phase.AllChannels()).Distinct(StringComparer.Ordinal).ToList();
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [CampaignFacts.Purpose] = brief.Phases.Count == 0 || brief.Phases.Any(phase => phase.Purpose == "marketing") ? "marketing" : "servicing",
            [CampaignFacts.IsLoan] = brief.Product.Category == "loan",
            [CampaignFacts.MaxRate] = brief.Product.MaxAnnualRate,
            [CampaignFacts.RateCap] = Limit(LegalLimits.RateCap),
            [CampaignFacts.PrizeCap] = Limit(LegalLimits.PrizeCap),
            [CampaignFacts.AgeFloor] = Limit(LegalLimits.MinimumAge),
            [CampaignFacts.ExcludesStudents] = AudienceProof.ExcludesStudents(brief.Audience),
            [CampaignFacts.MinAge] = AudienceProof.MinAge(brief.Audience),
            [CampaignFacts.ExcludesOverdue] = AudienceProof.ExcludesOverdue(brief.Audience),
            [CampaignFacts.ExcludesComplaints] = AudienceProof.ExcludesComplaints(brief.Audience),
            [CampaignFacts.Mechanic] = incentive?.Mechanic ?? "none",
            [CampaignFacts.TopPrize] = incentive?.TopPrize,
            [CampaignFacts.Budget] = brief.Budget.Total,
            [CampaignFacts.Audience] = brief.Audience.Ceiling,
            [CampaignFacts.Quantity] = incentive is { Quantity: > 0 } ? incentive.Quantity : null,
            [CampaignFacts.RewardCap] = incentive?.RewardCap,
            [CampaignFacts.NewMechanic] = incentive?.NewMechanic ?? false,
            [CampaignFacts.HasPartner] = !string.IsNullOrWhiteSpace(incentive?.Partner),
            [CampaignFacts.Channels] = channels,
            [CampaignFacts.UsesOaTemplate] = channels.Contains("oa-template"),
            [CampaignFacts.ProviderForbids] = Array.Empty<string>(),
            [CampaignFacts.Unregistered] = Array.Empty<string>(),
        };

        // Without a figure the refusal holds: what is unknown counts as not fulfilled.
        decimal? Limit(string name) => limits.TryGetValue(name, out var value) ? value : null;
    }

    private static void AddTexts(Brief brief, Dictionary<string, object?> facts, IReadOnlyList<BriefFinding> found)
    {
        var findings = found.Where(one => one.Finding.Severity == LintSeverity.Error).ToList();
        facts[CampaignFacts.LintErrors] = findings.Select(one => new Dictionary<string, string>
        {
            ["zh"] = $"{one.Template}: {one.Finding.Message.Zh}",
            ["en"] = $"{one.Template}: {one.Finding.Message.En}",
        }).ToList();
        var marketing = brief.Phases.Where(phase => phase.Purpose == "marketing").SelectMany(phase => phase.AllTexts()).ToList();
        facts[CampaignFacts.ShowsAnnualRate] = marketing.All(text => text.Body.Contains(TemplateTokens.Rate, StringComparison.Ordinal) && text.Body.Contains("{{" + TemplateTokens.Rate, StringComparison.Ordinal));
        facts[CampaignFacts.DailyRateWithoutAnnual] = findings.Any(one => one.Finding.RuleId.Contains("daily", StringComparison.Ordinal) || one.Finding.RuleId.Contains("period-rate", StringComparison.Ordinal));
    }

    /// <summary>min(audience, quantity) × reward cap. An unknown audience leaves the quantity as the bound; without either it is unknown.</summary>
    private static decimal? WorstCase(Dictionary<string, object?> facts)
    {
        var cap = Number(facts[CampaignFacts.RewardCap]);
        if (cap is null or 0)
            return 0;
        var people = (Number(facts[CampaignFacts.Audience]), Number(facts[CampaignFacts.Quantity])) switch
        {
            ({ } audience, { } quantity) => Math.Min(audience, quantity),
            var (audience, quantity) => audience ?? quantity,
        };
        return people * cap;
    }

    private static decimal? Number(object? value) => value is null ? null : Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture);
}
