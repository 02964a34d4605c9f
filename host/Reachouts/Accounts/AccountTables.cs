using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;

namespace Orchestrator.Host.Reachouts;

public enum AccountMode
{
    /// <summary>Keeps in the outbox what would have been sent.</summary>
    Sandbox,

    /// <summary>Somebody asked to switch it live; a second person must agree.</summary>
    LiveRequested,
    Live,
}

public enum RegistrationStatus
{
    /// <summary>The channel needs none.</summary>
    NotNeeded,
    Pending,
    Registered,
    Rejected,
}

/// <summary>An account at a provider 渠道账号.</summary>
public sealed class ChannelAccount
{
    public Guid Id { get; init; }

    /// <summary>Short number, as in the ledger.</summary>
    public int No { get; init; }
    public required string Name { get; set; }
    public required string Provider { get; init; }
    public ChannelKind Kind { get; init; }

    /// <summary>The provider sends one text to many: no value in it may differ per customer.</summary>
    public bool SharesText => ChannelProviders.Find(Provider)?.Limits.SharesText == true;

    /// <summary>Encrypted JSON.</summary>
    public required string Settings { get; set; }

    /// <summary>Last part of its callback address, encrypted.</summary>
    public required string CallbackSecret { get; set; }
    public AccountMode Mode { get; set; }

    /// <summary>Goes up with every change of the settings: what was sent with others may have gone to another account of the provider.</summary>
    public int Route { get; set; } = 1;

    /// <summary>What its messages go through now, as the ledger keeps it: 0 is the sandbox.</summary>
    public int RouteOfSends => Mode == AccountMode.Live ? Route : 0;
    public string? LiveRequestedBy { get; set; }
    public string? LiveApprovedBy { get; set; }
    public bool IsDisabled { get; set; }

    /// <summary>The account that serves what no other of its kind does; one per kind, and of push one per kind of token.</summary>
    public bool IsDefault { get; set; }

    /// <summary>Purposes that it serves, beside the default or in its place: names with commas; empty: see <see cref="IsInUse"/>.</summary>
    public string Purposes { get; set; } = "";

    /// <summary>Starts of the addresses that it serves: <c>+86,+852</c>; empty: any.</summary>
    public string Prefixes { get; set; } = "";

    /// <summary>Among accounts that match a message equally well the smallest comes first.</summary>
    public int Order { get; set; }

    /// <summary>Serves messages: as the default, or because it says which. Any other takes only what names it: test sends, staff notices.</summary>
    public bool IsInUse => !IsDisabled && (IsDefault || Purposes.Length > 0 || Prefixes.Length > 0);

    /// <summary>Which address of a customer its messages go to.</summary>
    public AddressSlot Slot => AddressSlot.Of(Kind, Provider);

    public IReadOnlyList<Purpose> ServedPurposes => [.. Split(Purposes).Select(Enum.Parse<Purpose>)];

    public IReadOnlyList<string> ServedPrefixes => Split(Prefixes);

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Token sig in Chinese texts: 【禾光消费金融】.</summary>
    public string SignatureZh { get; set; } = "";
    public string SignatureEn { get; set; } = "";

    /// <summary>Registration 报备 of signature and template.</summary>
    public RegistrationStatus Registration { get; set; }
    public string? RegistrationNumber { get; set; }
    public DateTimeOffset? RegisteredUntil { get; set; }

    /// <summary>Messages per second over all nodes; null: as fast as the provider takes them.</summary>
    public double? Rate { get; set; }

    /// <summary>Accounts with the same name here share one rate: the provider counts them together (one login, one application). Empty: its own.</summary>
    public string RateGroup { get; set; } = "";

    /// <summary>Under which number its rate is kept: its own, or that of the first account of the group.</summary>
    public int RateNo { get; set; }

    /// <summary>What one segment of a text message, or one message of any other channel, costs: micros of the company's currency.</summary>
    public long Price { get; set; }

    /// <summary>Addresses for test sends, encrypted JSON list.</summary>
    public string? Seeds { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset? LastErrorAt { get; set; }
    public DateTimeOffset? LastAcceptedAt { get; set; }

    /// <summary>Nothing is leased for the account before this: the provider asked to wait, or refused account or content.</summary>
    public DateTimeOffset? ClosedUntil { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public long Version { get; set; } = 1;
}

/// <summary>What an account in sandbox would have sent.</summary>
public sealed class SandboxMessage
{
    /// <summary>Message id and attempt.</summary>
    public required string Echo { get; init; }
    public required string Provider { get; init; }
    public ChannelKind Kind { get; init; }
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }

    /// <summary>Encrypted.</summary>
    public required string Address { get; init; }
    public required string Masked { get; init; }
    public string? Title { get; init; }
    public required string Text { get; init; }
    public string? Html { get; init; }
    public required string Language { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class ChannelAccountMapping : IEntityTypeConfiguration<ChannelAccount>
{
    public void Configure(EntityTypeBuilder<ChannelAccount> builder)
    {
        builder.ToTable("channel_accounts");
        builder.HasIndex(row => row.No).IsUnique();
        builder.HasIndex(row => row.Name).IsUnique();
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.Ignore(row => row.RouteOfSends);
        builder.Ignore(row => row.IsInUse);
        builder.Ignore(row => row.Slot);
        builder.Ignore(row => row.ServedPurposes);
        builder.Ignore(row => row.ServedPrefixes);
        builder.Property(row => row.Order).HasColumnName("rank");   // no quoted word
    }
}

internal sealed class SandboxMessageMapping : IEntityTypeConfiguration<SandboxMessage>
{
    public void Configure(EntityTypeBuilder<SandboxMessage> builder)
    {
        builder.ToTable("sandbox_messages");
        builder.HasKey(row => row.Echo);
        builder.HasIndex(row => row.At);             // the outbox, newest first
        builder.HasIndex(row => row.OccurrenceId);   // and per reach-out
    }
}
