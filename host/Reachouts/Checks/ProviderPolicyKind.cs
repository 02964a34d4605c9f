using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a provider forbids, as a dated rule says it. Null members match anything.</summary>
public sealed record ProviderBan
{
    public string Provider { get; init; } = "";
    public Purpose? Purpose { get; init; }
    public string? ProductCategory { get; init; }

    /// <summary>Start of the address: <c>+86</c>.</summary>
    public string? AddressPrefix { get; init; }
    public string ReasonEn { get; init; } = "";
    public string ReasonZh { get; init; } = "";

    /// <summary>Ends the rule of its name; says nothing itself.</summary>
    public bool Withdrawn { get; init; }
}

/// <summary>Dated rules <c>provider-policy</c>, each named by its code.</summary>
internal sealed partial class ProviderPolicyKind : DatedRuleKind<ProviderBan>
{
    private const int LongestReason = 500, LongestPrefix = 20;
    private static readonly JsonSerializerOptions Short = new(JsonDefaults.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public override string Name => "provider-policy";
    public override IReadOnlyList<string> Proposers { get; } = [Role.Platform, Role.Compliance, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Compliance, Role.Risk];
    public override IReadOnlyList<ShippedRule> Shipped { get; } = [.. ProviderPolicy.Shipped.Rules.Select(Boxed)];

    /// <summary>The policy as it is published now, with that of the days to come; the rules in the box stand for those of their code that are not.</summary>
    public async Task<ProviderPolicy> PolicyAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var published = await PublishedAsync(db, cancellationToken);
        var codes = published.Select(rule => rule.Name).ToHashSet();
        return new ProviderPolicy([.. ProviderPolicy.Shipped.Rules.Where(rule => !codes.Contains(rule.Code)), .. published.GroupBy(rule => rule.Name).SelectMany(Following)]);
    }

    // Each holds until the day before the next of its code; of two from one day only the later.
    private static IEnumerable<ProviderRule> Following(IEnumerable<(string Name, DateOnly From, ProviderBan Value, string Source)> versions)
    {
        (string Name, DateOnly From, ProviderBan Value, string Source)[] rows = [.. versions];
        for (var i = 0; i < rows.Length; i++)
        {
            var (code, from, ban, source) = rows[i];
            DateOnly? next = i + 1 < rows.Length ? rows[i + 1].From : null;
            if (!ban.Withdrawn && next != from)
                yield return new ProviderRule(code, ban.Provider, ban.Purpose, ban.ProductCategory, ban.AddressPrefix, from, next?.AddDays(-1), ban.ReasonEn, ban.ReasonZh, source);
        }
    }

    private static ShippedRule Boxed(ProviderRule rule) => new(
        rule.Code, rule.From, rule.Source,
        JsonSerializer.SerializeToElement(new ProviderBan { Provider = rule.Provider, Purpose = rule.Purpose, ProductCategory = rule.ProductCategory, AddressPrefix = rule.AddressPrefix, ReasonEn = rule.ReasonEn, ReasonZh = rule.ReasonZh }, Short));

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Code();

    // From the commit on nothing more is leased by what held before.
    public override Task TakeEffectAsync(WriteTransaction tx, CancellationToken cancellationToken) => ReachoutControls.RereadAsync(tx, cancellationToken);

    protected override IEnumerable<FieldProblem> Problems(string name, ProviderBan value)
    {
        if (!Code().IsMatch(name))
            yield return new FieldProblem("name", "field.rule-code", name);
        if (value.Withdrawn)
        {
            if (value != new ProviderBan { Withdrawn = true })
                yield return new FieldProblem("value.withdrawn", "field.withdrawn-alone");
            yield break;
        }
        if (string.IsNullOrWhiteSpace(value.Provider))
            yield return new FieldProblem("value.provider", "field.required");
        else if (ChannelProviders.Find(value.Provider) is null)
            yield return new FieldProblem("value.provider", "field.choice", value.Provider);
        if (value.ProductCategory is { } category && !ProductTerms.Categories.Contains(category))
            yield return new FieldProblem("value.productCategory", "field.choice-of", category, string.Join(", ", ProductTerms.Categories));
        if (value.AddressPrefix is { Length: 0 })
            yield return new FieldProblem("value.addressPrefix", "field.required");
        else if (value.AddressPrefix is { Length: > LongestPrefix })
            yield return new FieldProblem("value.addressPrefix", "field.too-long", LongestPrefix);
        foreach (var (member, text) in new[] { ("reasonEn", value.ReasonEn), ("reasonZh", value.ReasonZh) })
        {
            if (string.IsNullOrWhiteSpace(text))
                yield return new FieldProblem($"value.{member}", "field.required");
            else if (text.Length > LongestReason)
                yield return new FieldProblem($"value.{member}", "field.too-long", LongestReason);
        }
    }
}
