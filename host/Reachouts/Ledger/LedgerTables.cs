using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// One row of the send ledger. Written by the named statements of <c>LedgerSql</c> only; mapped here for reading. Its columns stand in an order that
/// leaves no gaps between them on a page.
/// </summary>
public sealed class Message
{
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }
    public short Step { get; init; }
    public MessageState State { get; init; }
    public SkipReason Reason { get; init; }

    /// <summary>Number of the channel kind + 1; 0 until a channel is chosen.</summary>
    public short Channel { get; init; }

    /// <summary>The present attempt; 0 before the first.</summary>
    public short Attempt { get; init; }

    /// <summary>Number of the experiment's variant + 1; 0: no experiment, or not decided yet.</summary>
    public short Variant { get; init; }

    /// <summary>Day number of the customer's calendar on which the frequency cap was charged; 0: not charged.</summary>
    public int CapDay { get; init; }

    /// <summary>Short number of the channel account; 0 until one is chosen.</summary>
    public int AccountNo { get; init; }

    /// <summary>What the present attempt went through: 0 the sandbox, otherwise the account's provider with the settings of that <see cref="ChannelAccount.Route"/>.</summary>
    public int Route { get; init; }

    /// <summary>Node epoch that leased it last.</summary>
    public int Epoch { get; init; }

    /// <summary>Business clock, Unix minutes: a follow-up that is not sent by then expires; 0: the latest time is the occurrence's.</summary>
    public int LatestMinute { get; init; }

    /// <summary>Real clock, Unix ms: no request of the present attempt can still be leaving after this.</summary>
    public long LeaseUntil { get; init; }

    /// <summary>Business clock, Unix ms: not before this.</summary>
    public long DueAt { get; init; }

    /// <summary>Business clock, Unix ms.</summary>
    public long ChangedAt { get; init; }

    /// <summary>What it holds of the budgets, in micros: the most it can cost while it is leased or unknown, what it cost once a provider took it.</summary>
    public long Cost { get; init; }
}

/// <summary>How many messages of an occurrence are in a state; changes in the transaction of what it counts. Shards are summed.</summary>
public sealed class MessageCount
{
    public long OccurrenceId { get; init; }
    public short Step { get; init; }
    public short Channel { get; init; }
    public MessageState State { get; init; }
    public SkipReason Reason { get; init; }

    /// <summary>Spreads writers, so that parallel batches don't wait for one row.</summary>
    public short Shard { get; init; }
    public long Count { get; init; }
}

/// <summary>Attempts that did not end well (unknown, failed, throttled, refused), with the provider's words as evidence; found here without an index on the ledger's state.</summary>
public sealed class MessageIssue
{
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }
    public short Step { get; init; }
    public short Attempt { get; init; }
    public int AccountNo { get; init; }

    /// <summary>What the attempt came to.</summary>
    public MessageState State { get; init; }
    public SkipReason Reason { get; init; }
    public string? Code { get; init; }
    public string? Text { get; init; }
    public long At { get; init; }

    /// <summary>Real clock, Unix ms, when it may be asked about; 0: nothing more to do.</summary>
    public long SettleAfter { get; init; }
}

/// <summary>The provider's own id of an attempt, for receipts that don't carry ours. Insert-only.</summary>
public sealed class ProviderRef
{
    public int AccountNo { get; init; }
    public required string Ref { get; init; }
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }
    public short Step { get; init; }
    public short Attempt { get; init; }
}

/// <summary>Addresses that an occurrence has used: one message per address. Insert-only until the month is dropped.</summary>
public sealed class SentAddress
{
    public long OccurrenceId { get; init; }
    public required string AddressHash { get; init; }
    public long CustomerNo { get; init; }
}

/// <summary>Messages charged to a customer's frequency cap on one day of the customer's own calendar.</summary>
public sealed class CapDay
{
    public long CustomerNo { get; init; }

    /// <summary>0 marketing, 1 servicing.</summary>
    public short Purpose { get; init; }

    /// <summary>Days since 0001-01-01.</summary>
    public int Day { get; init; }
    public int Used { get; init; }

    /// <summary>The same by channel: <see cref="ChannelBytes"/>.</summary>
    public long ByChannel { get; init; }
}

internal sealed class MessageMapping : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.ToTable("messages");
        builder.HasKey(row => new { row.OccurrenceId, row.CustomerNo, row.Step });
        builder.Property(row => row.State).HasConversion<short>();
        builder.Property(row => row.Reason).HasConversion<short>();
        builder.Property(row => row.LatestMinute).HasDefaultValue(0);
        // All rows of a page are leased at once: there is room on it for all their new versions. The old ones are cleared away before the settlement.
        builder.IsByMonth(fillFactor: 48);
    }
}

internal sealed class MessageCountMapping : IEntityTypeConfiguration<MessageCount>
{
    public void Configure(EntityTypeBuilder<MessageCount> builder)
    {
        builder.ToTable("message_counts");
        builder.HasKey(row => new { row.OccurrenceId, row.Step, row.Channel, row.State, row.Reason, row.Shard });
        builder.Property(row => row.State).HasConversion<short>();
        builder.Property(row => row.Reason).HasConversion<short>();
    }
}

internal sealed class MessageIssueMapping : IEntityTypeConfiguration<MessageIssue>
{
    public void Configure(EntityTypeBuilder<MessageIssue> builder)
    {
        builder.ToTable("message_issues");
        builder.HasKey(row => new { row.OccurrenceId, row.CustomerNo, row.Step, row.Attempt });
        builder.IsByMonth();
        builder.Property(row => row.State).HasConversion<short>();
        builder.Property(row => row.Reason).HasConversion<short>();
        builder.HasIndex(row => row.SettleAfter).HasFilter("settle_after > 0");   // the reconciler's work list
    }
}

internal sealed class ProviderRefMapping : IEntityTypeConfiguration<ProviderRef>
{
    public void Configure(EntityTypeBuilder<ProviderRef> builder)
    {
        builder.ToTable("provider_refs");
        // One reference may stand for a whole batch at the provider.
        builder.HasKey(row => new { row.AccountNo, row.Ref, row.OccurrenceId, row.CustomerNo, row.Step, row.Attempt });
        builder.IsByMonth();
    }
}

internal sealed class SentAddressMapping : IEntityTypeConfiguration<SentAddress>
{
    public void Configure(EntityTypeBuilder<SentAddress> builder)
    {
        builder.ToTable("sent_addresses");
        builder.HasKey(row => new { row.OccurrenceId, row.AddressHash });
        builder.IsByMonth();
    }
}

internal sealed class CapDayMapping : IEntityTypeConfiguration<CapDay>
{
    public void Configure(EntityTypeBuilder<CapDay> builder)
    {
        builder.ToTable("cap_days");
        builder.HasKey(row => new { row.CustomerNo, row.Purpose, row.Day });
    }
}
