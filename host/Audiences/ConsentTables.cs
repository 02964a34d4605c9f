using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Channels;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// One statement of a customer: yes or no to a channel and purpose, with its proof. The log is append-only (triggers refuse changes); the
/// statement with the latest <see cref="At"/> holds, and a no beats a yes of the same time. <see cref="Customer.ConsentBits"/> is the current view.
/// </summary>
public sealed class Consent
{
    public long Id { get; init; }
    public long CustomerNo { get; init; }
    public ChannelKind Channel { get; init; }
    public Purpose Purpose { get; init; }
    public bool Granted { get; init; }

    /// <summary>Where it was given or refused: app, branch, import, reply, unsubscribe-link, ….</summary>
    public required string Source { get; init; }

    /// <summary>When the customer said so.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Version of the text the customer agreed to.</summary>
    public string? TextVersion { get; init; }

    /// <summary>Pointer to the proof: a receipt or request id, never personal data.</summary>
    public string? Evidence { get; init; }
    public required string RecordedBy { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
}

/// <summary>
/// Nobody may be messaged at this address, or this customer not at all, whatever they consented to. An address counts across customers.
/// </summary>
public sealed class Suppression
{
    public Guid Id { get; init; }

    /// <summary>Set for a customer's suppression.</summary>
    public long? CustomerNo { get; init; }

    /// <summary>Set for an address's suppression: look-up hash of <see cref="CustomerAddresses"/>.</summary>
    public string? AddressHash { get; init; }

    /// <summary>The address for people, with its middle masked.</summary>
    public string? AddressMasked { get; init; }

    /// <summary>Null: every channel.</summary>
    public ChannelKind? Channel { get; init; }

    /// <summary>complaint, bounced, deceased, litigation, request, carrier-blacklist, …</summary>
    public required string Reason { get; init; }
    public string? Note { get; init; }
    public required string AddedBy { get; init; }
    public DateTimeOffset AddedAt { get; init; }
    public string? LiftedBy { get; set; }
    public DateTimeOffset? LiftedAt { get; set; }
    public string? LiftReason { get; set; }
}

internal sealed class ConsentMapping : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.ToTable("consents");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedOnAdd();
        builder.HasIndex(row => new { row.CustomerNo, row.Channel, row.Purpose, row.At });   // latest statement of a customer
    }
}

internal sealed class SuppressionMapping : IEntityTypeConfiguration<Suppression>
{
    public void Configure(EntityTypeBuilder<Suppression> builder)
    {
        builder.ToTable("suppressions");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.CustomerNo);
        builder.HasIndex(row => row.AddressHash);
    }
}
