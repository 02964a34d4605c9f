using Orchestrator.Channels;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Audiences;

/// <summary>One customer as the send checks see them, read at one moment. Addresses are decrypted only when asked for.</summary>
public sealed class FeedCustomer
{
    private readonly CustomerAddresses addresses;
    private readonly AttributeReader? reader;
    private (AddressSlot Slot, string? Address)? opened;
    private readonly FeedRow row;

    /// <param name="row">The row.</param>
    /// <param name="suppressed">See <see cref="Suppressed"/>.</param>
    /// <param name="reader">Null: nobody will ask for attributes.</param>
    /// <param name="addresses">Opens addresses.</param>
    internal FeedCustomer(FeedRow row, AddressSet suppressed, AttributeReader? reader, CustomerAddresses addresses)
    {
        (this.row, this.reader, this.addresses) = (row, reader, addresses);
        Suppressed = suppressed;
    }

    public long CustomerNo => row.CustomerNo;

    public string ExternalId => row.ExternalId;

    /// <summary>What the decision was taken on; a lease must find the same version.</summary>
    public long Version => row.Version;

    public string? Language => row.Language;

    public string? TimeZone => row.TimeZone;

    public ConsentSet Consents => new(row.ConsentBits);

    /// <summary>Addresses that are suppressed, or whose channel is for this customer.</summary>
    public AddressSet Suppressed { get; }

    public bool IsErased => row.ErasedAt is not null;

    /// <summary>JSON object of the attributes.</summary>
    public string AttributesJson => row.Attributes;

    /// <summary>The declared attributes as FEEL variables.</summary>
    public IFeelScope Attributes => field ??= reader?.Read(row.Attributes) ?? FeelScope.Empty;

    public bool HasAddress(AddressSlot slot) => row.Stored(slot).Sealed is not null;

    /// <summary>Equal for two customers who share the address: one message per address and occurrence.</summary>
    public string? AddressHash(AddressSlot slot) => row.Stored(slot).Hash;

    /// <summary>The first address of a channel in the clear, or null without one.</summary>
    public string? Address(ChannelKind channel) =>
        channel == ChannelKind.Manual ? ExternalId : AddressSlot.Of(channel).Where(HasAddress).Select(Address).FirstOrDefault();

    /// <summary>The address in the clear, or null without one. People who work by hand know customers by the company's own id.</summary>
    public string? Address(AddressSlot slot)
    {
        if (slot.Kind == ChannelKind.Manual)
            return ExternalId;
        // One message asks several times for the same: its policy, its text, its envelope.
        if (opened is { } known && known.Slot == slot)
            return known.Address;
        var address = addresses.Open(ExternalId, slot, row.Stored(slot).Sealed);
        opened = (slot, address);
        return address;
    }
}

/// <summary>A row of <c>customers</c> as the feed reads it.</summary>
internal sealed class FeedRow
{
    public const string Columns = """
        c.customer_no AS CustomerNo, c.external_id AS ExternalId, c.attributes AS Attributes, c.language AS Language, c.time_zone AS TimeZone,
        c.phone AS Phone, c.phone_hash AS PhoneHash, c.email AS Email, c.email_hash AS EmailHash, c.push_token AS PushToken, c.push_token_hash AS PushTokenHash,
        c.fcm_token AS FcmToken, c.fcm_token_hash AS FcmTokenHash, c.apns_token AS ApnsToken, c.apns_token_hash AS ApnsTokenHash, c.web_push AS WebPush, c.web_push_hash AS WebPushHash,
        c.wecom_user_id AS WecomUserId, c.wecom_user_id_hash AS WecomUserIdHash, c.oa_openid AS OaOpenid, c.oa_openid_hash AS OaOpenidHash,
        c.consent_bits AS ConsentBits, c.version AS Version, c.erased_at AS ErasedAt
        """;

    public long CustomerNo { get; init; }
    public required string ExternalId { get; init; }
    public required string Attributes { get; init; }
    public string? Language { get; init; }
    public string? TimeZone { get; init; }
    public string? Phone { get; init; }
    public string? PhoneHash { get; init; }
    public string? Email { get; init; }
    public string? EmailHash { get; init; }
    public string? PushToken { get; init; }
    public string? PushTokenHash { get; init; }
    public string? FcmToken { get; init; }
    public string? FcmTokenHash { get; init; }
    public string? ApnsToken { get; init; }
    public string? ApnsTokenHash { get; init; }
    public string? WebPush { get; init; }
    public string? WebPushHash { get; init; }
    public string? WecomUserId { get; init; }
    public string? WecomUserIdHash { get; init; }
    public string? OaOpenid { get; init; }
    public string? OaOpenidHash { get; init; }
    public (string? Sealed, string? Hash) Stored(AddressSlot slot) => slot.Index switch
    {
        0 => (PushToken, PushTokenHash),
        1 => (WecomUserId, WecomUserIdHash),
        2 => (Phone, PhoneHash),
        3 => (Email, EmailHash),
        4 => (OaOpenid, OaOpenidHash),
        5 => (FcmToken, FcmTokenHash),
        6 => (ApnsToken, ApnsTokenHash),
        7 => (WebPush, WebPushHash),
        _ => (null, null),
    };

    public int ConsentBits { get; init; }
    public long Version { get; init; }
    public long? ErasedAt { get; init; }
}
