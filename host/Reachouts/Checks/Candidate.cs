using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Reachouts;

/// <summary>A customer as the send checks see one. The forecast and the send read the same.</summary>
public sealed record Candidate
{
    public required long CustomerNo { get; init; }

    /// <summary>The company's own id: what variants are drawn from.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>The customer's row version when it was read: the leasing statement leaves a customer that changed since.</summary>
    public required long Version { get; init; }

    /// <summary>IANA zone; null if unknown.</summary>
    public string? TimeZone { get; init; }

    public string Language { get; init; } = "zh-CN";

    /// <summary>What exclusion rules see: the customer's attributes; the sender puts <c>converted</c> in front.</summary>
    public required IFeelScope Attributes { get; init; }

    /// <summary>The person is on the suppression list, whatever the channel.</summary>
    public bool IsSuppressed { get; init; }

    /// <summary>One entry per address.</summary>
    public IReadOnlyList<CandidateChannel> Channels { get; init; } = [];

    /// <summary>The customer as read; null where only the checks are of interest.</summary>
    public FeedCustomer? Source { get; init; }

    /// <summary>How the messages of an account reach the customer; null: not at all.</summary>
    public CandidateChannel? Channel(AddressSlot slot)
    {
        if (slot.Kind != ChannelKind.Push)
            return Channel(slot.Kind);
        foreach (var channel in Channels)
        {
            if (channel.Slot == slot)
                return channel;
        }
        return null;
    }

    /// <summary>How a kind reaches the customer, by the first of several push tokens; null: not at all. By hand everybody is reached who consented to the purpose on any channel.</summary>
    public CandidateChannel? Channel(ChannelKind kind)
    {
        if (kind == ChannelKind.Manual && Source is not null)
            return new CandidateChannel(kind, $"manual:{CustomerNo}", Source.Consents.HasAny(Purpose.Marketing), Source.Consents.HasAny(Purpose.Servicing), false, Source);
        foreach (var channel in Channels)
        {
            if (channel.Kind == kind)
                return channel;
        }
        return null;
    }
}

/// <summary>How one kind of channel reaches the customer.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="AddressHash">Look-up hash of the address: one message per address and occurrence.</param>
/// <param name="MarketingConsent">Consented to marketing on this kind.</param>
/// <param name="ServicingConsent">Consented to servicing on this kind.</param>
/// <param name="IsSuppressed">This address is on the suppression list.</param>
/// <param name="Source">Opens the address when it is needed.</param>
public sealed record CandidateChannel(
    ChannelKind Kind, string AddressHash, bool MarketingConsent, bool ServicingConsent, bool IsSuppressed, FeedCustomer? Source = null)
{
    /// <summary>The address in the clear; null if it is not known here: then rules about regions match.</summary>
    public string? Address => Source?.Address(Slot);

    /// <summary>Which other kind of push token; null: the channel's own address.</summary>
    public string? Token { get; init; }

    public AddressSlot Slot => new(Kind, Token);

    public bool IsConsented(Purpose purpose) => purpose == Purpose.Marketing ? MarketingConsent : ServicingConsent;

    public override string ToString() => $"{Kind} consented {MarketingConsent}/{ServicingConsent} suppressed {IsSuppressed}";
}
