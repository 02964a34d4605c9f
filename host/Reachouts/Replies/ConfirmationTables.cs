using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Reachouts;

/// <summary>Where a confirmation stands. Stored as its number; the numbers never change.</summary>
public enum ConfirmationState : short
{
    Waiting = 0,

    /// <summary>Its request may be leaving.</summary>
    Sending = 1,
    Accepted = 2,
    Delivered = 3,
    Failed = 4,

    /// <summary>Its time was over before it could leave.</summary>
    Expired = 5,

    /// <summary>Kept back: the address is suppressed or the provider forbids it.</summary>
    Skipped = 6,

    /// <summary>It may have left, and is never sent again.</summary>
    Unknown = 7,
}

/// <summary>The one message that says to somebody that their opt-out was taken.</summary>
public sealed class OptOutConfirmation
{
    public long Id { get; init; }
    public int AccountNo { get; init; }
    public long CustomerNo { get; init; }

    /// <summary>The campaign whose message the reply followed; null: none did.</summary>
    public Guid? CampaignId { get; init; }

    /// <summary>The reply that it answers: with the account, at most one.</summary>
    public required string ReplyRef { get; init; }

    /// <summary>Encrypted; null once the confirmation is over: nothing is kept that an erasure would have to find.</summary>
    public string? Address { get; set; }
    public required string AddressMasked { get; init; }
    public required string AddressHash { get; init; }
    public required string Language { get; init; }
    public required string Text { get; init; }
    public ConfirmationState State { get; set; }
    public DateTimeOffset RepliedAt { get; init; }

    /// <summary>Business clock.</summary>
    public DateTimeOffset Latest { get; init; }

    /// <summary>Real clock, Unix ms: until then its request may be leaving.</summary>
    public long LeaseUntil { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public string? ProviderRef { get; set; }

    /// <summary>What it costs once it may have left: micros, as the account's price was then.</summary>
    public long Cost { get; set; }

    /// <summary>The provider's words, or why it was kept back.</summary>
    public string? Detail { get; set; }
}

internal sealed class OptOutConfirmationMapping : IEntityTypeConfiguration<OptOutConfirmation>
{
    public void Configure(EntityTypeBuilder<OptOutConfirmation> builder)
    {
        builder.ToTable("opt_out_confirmations");
        builder.Property(row => row.State).HasConversion<short>();
        builder.HasIndex(row => new { row.AccountNo, row.ReplyRef }).IsUnique();   // a callback that comes twice
        builder.HasIndex(row => new { row.AccountNo, row.ProviderRef });   // receipts
        builder.HasIndex(row => row.CampaignId).HasFilter("campaign_id IS NOT NULL");   // what a campaign's confirmations cost
        builder.HasIndex(row => new { row.CustomerNo, row.Id });   // a customer's history
        builder.HasIndex(row => row.LeaseUntil).HasFilter("state = 1");   // the barrier
    }
}
