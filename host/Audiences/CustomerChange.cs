using Orchestrator.Channels;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// What is to become of a customer, checked and normalised. What is absent stays as it is; null clears. Also the form in which the rows of an
/// import wait for their turn.
/// </summary>
public sealed record CustomerChange
{
    public required string ExternalId { get; init; }

    /// <summary>Attribute name to its JSON token (<c>12.5</c>, <c>"A"</c>, <c>true</c>), or null to clear it.</summary>
    public Dictionary<string, string?> Attributes { get; init; } = [];

    /// <summary>Normalised addresses by channel, or null to clear.</summary>
    public Dictionary<ChannelKind, string?> Addresses { get; init; } = [];

    /// <summary>Push tokens of other kinds (<see cref="AddressSlot.Token"/>), or null to clear.</summary>
    public Dictionary<string, string?> Tokens { get; init; } = [];

    /// <summary><c>language</c> and <c>timeZone</c>, where given.</summary>
    public Dictionary<string, string?> Settings { get; init; } = [];

    public List<ConsentStatement> Consents { get; init; } = [];

    /// <summary>Whether it says something of an address, and what.</summary>
    internal bool TryGet(AddressSlot slot, out string? address) => slot.Token is null ? Addresses.TryGetValue(slot.Kind, out address) : Tokens.TryGetValue(slot.Token, out address);

    public const string LanguageSetting = "language";
    public const string TimeZoneSetting = "timeZone";
}

public enum UpsertOutcome
{
    Created,
    Updated,
    Unchanged,
}

public sealed record UpsertResult(string ExternalId, long CustomerNo, long Version, UpsertOutcome Outcome);
