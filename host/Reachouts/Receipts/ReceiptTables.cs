using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Reachouts;

public enum InboxState : short
{
    /// <summary>To be applied.</summary>
    Pending = 0,

    /// <summary>Applied; a duplicate or a late one changed nothing.</summary>
    Applied = 1,

    /// <summary>Matches no message, after every try.</summary>
    Unmatched = 2,
}

/// <summary>A receipt or reply, committed before the provider gets its 200.</summary>
public sealed class InboxEntry
{
    public long Id { get; init; }
    public int AccountNo { get; init; }
    public InboxState State { get; set; }
    public int Tries { get; set; }

    /// <summary>Business clock, Unix ms.</summary>
    public long NextTry { get; set; }
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Receipt or reply as JSON, encrypted: it may hold an address or a text.</summary>
    public required string Content { get; init; }
    public bool IsReply { get; init; }

    /// <summary>Whom it was found to concern, for legal holds; null: nobody, or not applied yet. A reply from an address that several share has an entry for each.</summary>
    public long? CustomerNo { get; set; }

    /// <summary>The message that a receipt tells of; null with a customer: the confirmation of an opt-out.</summary>
    public long? OccurrenceId { get; set; }
    public short? Step { get; set; }
}

internal sealed class InboxEntryMapping : IEntityTypeConfiguration<InboxEntry>
{
    public void Configure(EntityTypeBuilder<InboxEntry> builder)
    {
        builder.ToTable("receipt_inbox");
        builder.Property(row => row.State).HasConversion<short>();
        builder.HasIndex(row => row.NextTry).HasFilter("state = 0");   // the applier's work list
    }
}
