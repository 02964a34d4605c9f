using Orchestrator.Channels;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Audiences;

/// <summary>One customer as the send checks see them, read at one moment. Addresses are decrypted only when asked for.</summary>
public sealed class FeedCustomer
{
    private readonly CustomerAddresses addresses;
    private readonly AttributeReader? reader;
    private (ChannelKind Channel, string? Address)? opened;
    private readonly FeedRow row;

    /// <param name="row">The row.</param>
    /// <param name="suppressed">See <see cref="Suppressed"/>.</param>
    /// <param name="reader">Null: nobody will ask for attributes.</param>
    /// <param name="addresses">Opens addresses.</param>
    internal FeedCustomer(FeedRow row, ChannelSet suppressed, AttributeReader? reader, CustomerAddresses addresses)
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

    /// <summary>Channels on which this customer, or the address they have there, is suppressed.</summary>
    public ChannelSet Suppressed { get; }

    public bool IsErased => row.ErasedAt is not null;

    /// <summary>JSON object of the attributes.</summary>
    public string AttributesJson => row.Attributes;

    /// <summary>The declared attributes as FEEL variables.</summary>
    public IFeelScope Attributes => field ??= reader?.Read(row.Attributes) ?? FeelScope.Empty;

    public bool HasAddress(ChannelKind channel) => Stored(channel).Sealed is not null;

    /// <summary>Equal for two customers who share the address: one message per address and occurrence.</summary>
    public string? AddressHash(ChannelKind channel) => Stored(channel).Hash;

    /// <summary>The address in the clear, or null without one. People who work by hand know customers by the company's own id.</summary>
    public string? Address(ChannelKind channel)
    {
        if (channel == ChannelKind.Manual)
            return ExternalId;
        // One message asks several times for the same: its policy, its text, its envelope.
        if (opened is { } known && known.Channel == channel)
            return known.Address;
        var address = addresses.Open(ExternalId, channel, Stored(channel).Sealed);
        opened = (channel, address);
        return address;
    }

    private (string? Sealed, string? Hash) Stored(ChannelKind channel) => channel switch
    {
        ChannelKind.Sms => (row.Phone, row.PhoneHash),
        ChannelKind.Email => (row.Email, row.EmailHash),
        ChannelKind.Push => (row.PushToken, row.PushTokenHash),
        ChannelKind.WeCom => (row.WecomUserId, row.WecomUserIdHash),
        ChannelKind.OfficialAccount => (row.OaOpenid, row.OaOpenidHash),
        _ => (null, null),
    };
}

/// <summary>A row of <c>customers</c> as the feed reads it.</summary>
internal sealed class FeedRow
{
    public const string Columns = """
        c.customer_no AS CustomerNo, c.external_id AS ExternalId, c.attributes AS Attributes, c.language AS Language, c.time_zone AS TimeZone,
        c.phone AS Phone, c.phone_hash AS PhoneHash, c.email AS Email, c.email_hash AS EmailHash, c.push_token AS PushToken, c.push_token_hash AS PushTokenHash,
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
    public string? WecomUserId { get; init; }
    public string? WecomUserIdHash { get; init; }
    public string? OaOpenid { get; init; }
    public string? OaOpenidHash { get; init; }
    public int ConsentBits { get; init; }
    public long Version { get; init; }
    public long? ErasedAt { get; init; }
}
