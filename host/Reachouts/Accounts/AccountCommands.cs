using System.Text.Json;
using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>A new account, or all of an account's editable data. Secret settings left out of a change keep their value.</summary>
public sealed record AccountCommand(string Name, string Provider, JsonElement Settings)
{
    public string SignatureZh { get; init; } = "";
    public string SignatureEn { get; init; } = "";
    public RegistrationStatus Registration { get; init; }
    public string? RegistrationNumber { get; init; }
    public DateTimeOffset? RegisteredUntil { get; init; }
    /// <summary>Messages per second. In a group: of all its accounts together; left out when joining one, that of the group.</summary>
    public double? Rate { get; init; }

    /// <summary>Accounts of one group share one rate.</summary>
    public string RateGroup { get; init; } = "";

    /// <summary>Yuan per segment of a text message, or per message of any other channel.</summary>
    public decimal? Price { get; init; }
    public bool IsDisabled { get; init; }

    /// <summary>Serves what no other account of its kind does. Left out: unless the account says what it serves.</summary>
    public bool? IsDefault { get; init; }

    /// <summary>Purposes that it serves; empty: any, where prefixes say that it serves at all.</summary>
    public IReadOnlyList<Purpose> Purposes { get; init; } = [];

    /// <summary>Starts of the phone numbers that it serves, <c>+86</c>; the longest that fits wins. Empty: any.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Among accounts that match a message equally well the smallest comes first.</summary>
    public int Order { get; init; }

    /// <summary>Recipients of test sends, as addresses of the account's kind.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];
}

/// <summary>An account as people see it: secrets blanked.</summary>
public sealed record AccountView(
    Guid Id, int No, string Name, string Provider, string Kind, AccountMode Mode, string? LiveRequestedBy, string? LiveApprovedBy, bool IsDisabled, bool IsDefault,
    JsonElement Settings, string SignatureZh, string SignatureEn, RegistrationStatus Registration, string? RegistrationNumber, DateTimeOffset? RegisteredUntil,
    double? Rate, decimal Price, int Seeds, string CallbackUrl, string Health, string? LastError, DateTimeOffset? LastErrorAt, DateTimeOffset? LastAcceptedAt, DateTimeOffset? ClosedUntil, long Version)
{
    public required IReadOnlyList<Purpose> Purposes { get; init; }
    public required IReadOnlyList<string> Prefixes { get; init; }
    public required int Order { get; init; }
    public required string RateGroup { get; init; }

    /// <summary>Serves messages: as the default, or because it says which.</summary>
    public required bool IsInUse { get; init; }

    /// <summary>After a switch: messages that were leased for it before and may still be leaving.</summary>
    public long? InFlight { get; init; }
}

/// <summary>One verdict of a test send.</summary>
public sealed record TestSendResult(string Masked, string Verdict, string? Detail)
{
    /// <summary>Name of the account that it went through.</summary>
    public string Account { get; init; } = "";
}

internal static class DeliveryNames
{
    public static string Of(Delivery delivery) => delivery switch
    {
        Delivery.Accepted => "accepted",
        Delivery.RetrySafe => "retry-safe",
        Delivery.Ambiguous => "ambiguous",
        Delivery.PermanentRecipient => "permanent-recipient",
        Delivery.OptOut => "opt-out",
        Delivery.Configuration => "configuration",
        _ => "throttled",
    };

    public static string? Detail(Delivery delivery) => delivery switch
    {
        Delivery.RetrySafe it => it.Reason,
        Delivery.Ambiguous it => it.Reason,
        Delivery.PermanentRecipient it => $"{it.Code}: {it.Reason}",
        Delivery.OptOut it => it.Reason,
        Delivery.Configuration it => $"{it.Code}: {it.Reason}",
        _ => delivery.ProviderText,
    };
}
