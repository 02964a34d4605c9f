using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// One customer of the company. Addresses are encrypted (<see cref="CustomerAddresses"/>); the hash beside each serves look-up, uniqueness and
/// suppression. <see cref="Version"/> grows with every change that a message could depend on.
/// </summary>
public sealed class Customer
{
    /// <summary>Internal number: the key of ledgers and member lists.</summary>
    public long CustomerNo { get; init; }

    /// <summary>The id in the company's own systems. Never changes.</summary>
    public required string ExternalId { get; init; }

    /// <summary>JSON object of declared attributes, names sorted.</summary>
    public required string Attributes { get; set; }

    /// <summary>BCP 47, e.g. <c>zh-CN</c>; null: the company's.</summary>
    public string? Language { get; set; }

    /// <summary>IANA zone; null: unknown.</summary>
    public string? TimeZone { get; set; }
    public string? Phone { get; set; }
    public string? PhoneHash { get; set; }
    public string? Email { get; set; }
    public string? EmailHash { get; set; }

    /// <summary>The app's own push token: the registration id of JPush and the vendors' channels behind it.</summary>
    public string? PushToken { get; set; }
    public string? PushTokenHash { get; set; }

    /// <summary>Token of Firebase.</summary>
    public string? FcmToken { get; set; }
    public string? FcmTokenHash { get; set; }

    /// <summary>Device token of Apple.</summary>
    public string? ApnsToken { get; set; }
    public string? ApnsTokenHash { get; set; }

    /// <summary>Subscription of a browser, as JSON.</summary>
    public string? WebPush { get; set; }
    public string? WebPushHash { get; set; }
    public string? WecomUserId { get; set; }
    public string? WecomUserIdHash { get; set; }
    public string? OaOpenid { get; set; }
    public string? OaOpenidHash { get; set; }

    /// <summary>Bits of <see cref="ConsentSet"/>: the current view of <see cref="Consent"/>, changed in the same transaction.</summary>
    public int ConsentBits { get; set; }
    public long Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>An address as it is kept.</summary>
    internal (string? Sealed, string? Hash) Stored(AddressSlot slot) => slot.Index switch
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

    /// <summary>When personal data was erased; the row stays because ledgers refer to it.</summary>
    public DateTimeOffset? ErasedAt { get; set; }
}

/// <summary>A declared attribute: its FEEL type, names for people, and whether it is sensitive.</summary>
public sealed class AttributeDefinition
{
    public required string Name { get; init; }
    public AttributeType Type { get; init; }
    public required string LabelChinese { get; set; }
    public required string LabelEnglish { get; set; }

    /// <summary>Shown only to roles that may see personal data.</summary>
    public bool IsSensitive { get; set; }
    /// <summary>Whether messages to the customer may print it.</summary>
    public AttributePrinting Printing { get; set; }
    public int Position { get; set; }
    public long Version { get; set; } = 1;
}

/// <summary>How messages to a customer may print one of the customer's attributes.</summary>
public enum AttributePrinting
{
    No,

    /// <summary>Only masked: texts.</summary>
    Masked,
    Plain,
}

public enum AttributeType
{
    Number,
    Text,
    Boolean,
    Date,
}

internal sealed class CustomerMapping : IEntityTypeConfiguration<Customer>
{
    public void Configure(EntityTypeBuilder<Customer> builder)
    {
        builder.ToTable("customers");
        builder.HasKey(row => row.CustomerNo);
        builder.Property(row => row.CustomerNo).ValueGeneratedOnAdd();
        builder.HasIndex(row => row.ExternalId).IsUnique();
        builder.HasIndex(row => row.PhoneHash);    // search by phone; opt-out by reply
        builder.HasIndex(row => row.EmailHash);    // unsubscribe and bounce by address
        builder.HasIndex(row => row.PushTokenHash);     // a dead token is suppressed whoever has it
        builder.HasIndex(row => row.FcmTokenHash);
        builder.HasIndex(row => row.ApnsTokenHash);
        builder.HasIndex(row => row.WebPushHash);
        builder.HasIndex(row => row.OaOpenidHash);      // likewise a follower who left
        builder.HasIndex(row => row.WecomUserIdHash);   // WeCom callbacks name the external user
        builder.Property(row => row.Version).IsConcurrencyToken();
    }
}

internal sealed class AttributeDefinitionMapping : IEntityTypeConfiguration<AttributeDefinition>
{
    public void Configure(EntityTypeBuilder<AttributeDefinition> builder)
    {
        builder.ToTable("customer_attributes");
        builder.HasKey(row => row.Name);
        builder.Property(row => row.Version).IsConcurrencyToken();
    }
}
