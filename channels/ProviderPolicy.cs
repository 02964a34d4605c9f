using System.Text.Json;

namespace Orchestrator.Channels;

/// <summary>A dated rule of what a provider forbids. Null members match anything.</summary>
/// <param name="Code">Stable reason code, as recorded with a skipped message.</param>
/// <param name="Provider">Provider name.</param>
/// <param name="Purpose">Purpose it concerns.</param>
/// <param name="ProductCategory">Product category it concerns: <c>loan</c>, <c>insurance</c>, <c>wealth</c>.</param>
/// <param name="AddressPrefix">Start of the address it concerns: <c>+86</c>.</param>
/// <param name="From">First day it holds.</param>
/// <param name="Until">Last day it holds; null while in force.</param>
/// <param name="ReasonEn">Shown to people, English.</param>
/// <param name="ReasonZh">Shown to people, Chinese.</param>
/// <param name="Source">Where the provider says so.</param>
public sealed record ProviderRule(
    string Code, string Provider, Purpose? Purpose, string? ProductCategory, string? AddressPrefix,
    DateOnly From, DateOnly? Until, string ReasonEn, string ReasonZh, string Source)
{
    internal bool Forbids(string provider, Purpose purpose, string? productCategory, string? address, DateOnly on) =>
        Provider == provider
        && (Purpose is null || Purpose == purpose)
        && (ProductCategory is null || ProductCategory == productCategory)
        && (AddressPrefix is null || address is null || address.StartsWith(AddressPrefix, StringComparison.Ordinal))
        && From <= on && (Until is null || on <= Until);
}

/// <summary>What providers forbid, as dated data: refused here before the provider refuses it, or bans the account. Immutable and thread-safe.</summary>
/// <param name="Rules">The rules; of one code several may follow each other.</param>
public sealed record ProviderPolicy(IReadOnlyList<ProviderRule> Rules)
{
    /// <summary>The rule set in the box.</summary>
    public static ProviderPolicy Shipped { get; } = Load(typeof(ProviderPolicy).Assembly.GetManifestResourceStream("Orchestrator.Channels.provider-policy.json")!);

    /// <summary>Reads a rule set from JSON (same layout as the shipped one).</summary>
    public static ProviderPolicy Load(Stream json) =>
        JsonSerializer.Deserialize<ProviderPolicy>(json, SettingsJson.Options) ?? throw new JsonException("The provider policy is empty.");

    /// <summary>The rule that forbids such a message, or null. An unknown address (null) matches every prefix: the check fails closed.</summary>
    /// <param name="provider">Provider name.</param>
    /// <param name="purpose">Purpose of the message.</param>
    /// <param name="productCategory">Category of the product spoken of: <c>loan</c>; null if none.</param>
    /// <param name="address">Recipient; null if not known yet (planning): then any region matches.</param>
    /// <param name="on">The day it would be sent.</param>
    public ProviderRule? Check(string provider, Purpose purpose, string? productCategory, string? address, DateOnly on) =>
        Rules.FirstOrDefault(rule => rule.Forbids(provider, purpose, productCategory, address, on));
}
