using System.Text.Json;
using Orchestrator.Host.Identity;

namespace Orchestrator.Host.Audiences;

/// <summary>Who may do what with customers.</summary>
internal static class CustomerRoles
{
    /// <summary>May find and open customers; addresses stay masked.</summary>
    public static readonly string[] Readers =
        [Role.Owner, Role.BusinessHead, Role.Risk, Role.Compliance, Role.ConsumerProtection, Role.Platform, Role.Auditor, Role.Admin];

    /// <summary>May push customers and import files: the platform team and the company's own systems.</summary>
    public static readonly string[] Writers = [Role.Platform, Role.Admin];

    /// <summary>May see sensitive attributes, and an address after giving a reason.</summary>
    public static readonly string[] Trusted = [Role.Risk, Role.Compliance, Role.ConsumerProtection];

    /// <summary>May record consents and opt-outs that customers give by phone or letter, and suppress.</summary>
    public static readonly string[] CustomerCare = [Role.Compliance, Role.ConsumerProtection, Role.Platform];
}

/// <summary>A customer in a list.</summary>
public sealed record CustomerListItem(string ExternalId, string? Language, string? TimeZone, IReadOnlyList<string> MarketingConsents, bool IsErased, long Version, DateTimeOffset UpdatedAt);

/// <summary>One page; <paramref name="Next"/> is null on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>An address as people see it.</summary>
/// <param name="Channel">Name of the address (<see cref="AddressSlot.Name"/>): its channel, and for push which kind of token.</param>
/// <param name="Masked">Its middle hidden.</param>
public sealed record AddressView(string Channel, string Masked);

public sealed record ConsentView(string Channel, string Purpose, bool Granted, string Source, DateTimeOffset At, string? TextVersion, string? Evidence, string RecordedBy, DateTimeOffset RecordedAt)
{
    internal static ConsentView From(Consent row) =>
        new(CustomerChannels.NameOf(row.Channel), Purposes.NameOf(row.Purpose), row.Granted, row.Source, row.At, row.TextVersion, row.Evidence, row.RecordedBy, row.RecordedAt);
}

public sealed record SuppressionView(Guid Id, string? ExternalId, string? Address, string? Channel, string Reason, string? Note, string AddedBy, DateTimeOffset AddedAt, string? LiftedBy, DateTimeOffset? LiftedAt, string? LiftReason)
{
    internal static SuppressionView From(Suppression row, string? externalId) =>
        new(row.Id, externalId, row.AddressMasked, row.Channel is { } channel ? CustomerChannels.NameOf(channel) : null, row.Reason, row.Note, row.AddedBy, row.AddedAt, row.LiftedBy, row.LiftedAt, row.LiftReason);
}

/// <summary>Everything about one customer that the reader may see.</summary>
/// <param name="HiddenAttributes">Names of attributes that are set but not shown to this reader.</param>
/// <param name="Consents">What holds now, one per channel and purpose that was ever stated.</param>
public sealed record CustomerDetail(
    string ExternalId,
    IReadOnlyDictionary<string, JsonElement> Attributes,
    IReadOnlyList<string> HiddenAttributes,
    string? Language,
    string? TimeZone,
    IReadOnlyList<AddressView> Addresses,
    IReadOnlyList<ConsentView> Consents,
    IReadOnlyList<ConsentView> ConsentLog,
    IReadOnlyList<SuppressionView> Suppressions,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ErasedAt);
