using Orchestrator.Channels;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>What follows an opt-out or opt-in reply. Null members match anything; the rule that says most holds.</summary>
public sealed record ReplyRule
{
    public string? Provider { get; init; }
    public string Channel { get; init; } = "sms";

    /// <summary>Start of the address: <c>+1</c>.</summary>
    public string? AddressPrefix { get; init; }

    /// <summary>One message says that the opt-out was taken.</summary>
    public bool Confirm { get; init; }

    /// <summary>Minutes after the reply in which it must have left, or it does not leave.</summary>
    public int WithinMinutes { get; init; } = 5;

    /// <summary>A reply such as START gives back a consent that there was before. False: only the company's own forms can.</summary>
    public bool OptIn { get; init; }

    /// <summary>The confirmation by language; the account's signature comes in front.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    internal bool Fits(ChannelAccount account, string address) =>
        Channel == ChannelNames.Of(account.Kind) && (Provider is null || Provider == account.Provider) && (AddressPrefix is null || address.StartsWith(AddressPrefix, StringComparison.Ordinal));

    internal string TextFor(string? language) =>
        Texts.FirstOrDefault(text => text.Key.Equals(language, StringComparison.OrdinalIgnoreCase)).Value
        ?? Texts.FirstOrDefault(text => language is not null && text.Key.Split('-')[0].Equals(language.Split('-')[0], StringComparison.OrdinalIgnoreCase)).Value
        ?? Texts.First().Value;
}

/// <summary>Dated rules <c>reply-rules</c>.</summary>
internal sealed class ReplyRuleKind : DatedRuleKind<ReplyRule>
{
    private const int Longest = 160;

    public override string Name => "reply-rules";
    public override IReadOnlyList<string> Proposers { get; } = [Role.Compliance, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Compliance, Role.Risk, Role.ConsumerProtection];
    public override IReadOnlyList<ShippedRule> Shipped { get; } = ShippedRule.Load("Reachouts/reply-rules.json");

    /// <summary>Null: nothing is confirmed and no consent comes back.</summary>
    public async Task<ReplyRule?> ForAsync(OrchestratorDb db, ChannelAccount account, string address, DateOnly day, CancellationToken cancellationToken) =>
        (await OnAsync(db, day, cancellationToken)).Values.Where(rule => rule.Fits(account, address)).OrderByDescending(rule => rule.Provider is not null).ThenByDescending(rule => rule.AddressPrefix?.Length ?? 0).FirstOrDefault();

    protected override IEnumerable<FieldProblem> Problems(string name, ReplyRule value)
    {
        if (ChannelNames.TryParse(value.Channel) is null)
            yield return new FieldProblem("value.channel", "audience.field.channel-unknown", value.Channel);
        if (value.Provider is { } provider && ChannelProviders.Find(provider) is null)
            yield return new FieldProblem("value.provider", "field.choice", provider);
        if (value.WithinMinutes is < 1 or > 1_440)
            yield return new FieldProblem("value.withinMinutes", "field.between", 1, 1_440);
        if (value.Confirm && value.Texts.Count == 0)
            yield return new FieldProblem("value.texts", "field.required");
        // It confirms and nothing else: no room and no address for anything that advertises.
        foreach (var (language, text) in value.Texts)
        {
            if (text.Length is 0 or > Longest)
                yield return new FieldProblem($"value.texts.{language}", "field.too-long", Longest);
            if (text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase))
                yield return new FieldProblem($"value.texts.{language}", "field.no-link");
        }
    }
}
