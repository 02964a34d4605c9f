using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Reachouts
{
    public enum DropState
    {
        /// <summary>A second person has to agree.</summary>
        Requested,

        /// <summary>Agreed; the work has not begun.</summary>
        Approved,

        /// <summary>Rows are going, slice by slice (SQLite).</summary>
        Going,

        /// <summary>Its messages are gone.</summary>
        Dropped,
    }

    /// <summary>That a month of the ledger is to be dropped, or was: by whom, and why.</summary>
    public sealed class MonthDrop
    {
        /// <summary><see cref="LedgerMonth.Number"/>.</summary>
        public int Month { get; init; }
        public DropState State { get; set; }
        public required string RequestedBy { get; set; }
        public DateTimeOffset RequestedAt { get; set; }
        public required string Reason { get; set; }
        public string? ApprovedBy { get; set; }
        public DateTimeOffset? ApprovedAt { get; set; }
        public DateTimeOffset? DroppedAt { get; set; }

        /// <summary>Messages that went.</summary>
        public long Messages { get; set; }

        /// <summary>Messages that were kept apart under a legal hold.</summary>
        public long KeptApart { get; set; }
    }

    /// <summary>A message of a dropped month that a legal hold covers; as it stood when the month went.</summary>
    public sealed class HeldMessage
    {
        public long OccurrenceId { get; init; }
        public long CustomerNo { get; init; }
        public short Step { get; init; }
        public Guid CampaignId { get; init; }
        public MessageState State { get; init; }
        public SkipReason Reason { get; init; }
        public short Channel { get; init; }
        public int AccountNo { get; init; }
        public short Attempt { get; init; }
        public long DueAt { get; init; }
        public long ChangedAt { get; init; }
        public long Cost { get; init; }
        public short Variant { get; init; }
        public DateTimeOffset KeptAt { get; init; }

        public Message ToMessage() => new()
        {
            OccurrenceId = OccurrenceId, CustomerNo = CustomerNo, Step = Step, State = State, Reason = Reason, Channel = Channel, AccountNo = AccountNo, Attempt = Attempt, DueAt = DueAt, ChangedAt = ChangedAt, Cost = Cost, Variant = Variant,
        };
    }

    /// <summary>What a piece of evidence is. Stored as its number; the numbers never change.</summary>
    public enum EvidenceKind : short
    {
        /// <summary>An attempt that did not end well: the provider's code and words.</summary>
        Attempt = 1,

        /// <summary>The provider's own id of an attempt.</summary>
        ProviderRef = 2,

        /// <summary>The keyed hash of the address that the occurrence used.</summary>
        Address = 3,

        /// <summary>The tracked link: its target, requests and those of a person.</summary>
        Link = 4,

        /// <summary>The task that people did it with.</summary>
        ManualTask = 5,

        /// <summary>One request for the tracked link: when, and by whom as far as one can tell.</summary>
        Click = 6,

        /// <summary>What an account in sandbox would have sent; its <c>ref</c> names step and attempt.</summary>
        Sandbox = 7,
    }

    /// <summary>Evidence beside a <see cref="HeldMessage"/>.</summary>
    public sealed class HeldEvidence
    {
        public long OccurrenceId { get; init; }
        public long CustomerNo { get; init; }
        public short Step { get; init; }
        public short Attempt { get; init; }
        public EvidenceKind Kind { get; init; }

        /// <summary>Provider's reference, address hash, id of link, task or click, echo; empty for an attempt.</summary>
        public required string Ref { get; init; }
        public int AccountNo { get; init; }
        public MessageState State { get; init; }
        public SkipReason Reason { get; init; }
        public string? Code { get; init; }
        public string? Text { get; init; }
        public long At { get; init; }
    }

    /// <summary>A text that held messages were made from, as it was approved; by the hash that holds name it by.</summary>
    public sealed class HeldText
    {
        public long OccurrenceId { get; init; }
        public short Step { get; init; }
        public short Variant { get; init; }
        public short Channel { get; init; }
        public required string Language { get; init; }
        public required string Hash { get; init; }
        public required string PackageHash { get; init; }

        /// <summary>JSON of the text.</summary>
        public required string Content { get; init; }
    }

    internal sealed class MonthDropMapping : IEntityTypeConfiguration<MonthDrop>
    {
        public void Configure(EntityTypeBuilder<MonthDrop> builder)
        {
            builder.ToTable("ledger_month_drops");
            builder.HasKey(row => row.Month);
            builder.Property(row => row.Month).ValueGeneratedNever();
        }
    }

    internal sealed class HeldMessageMapping : IEntityTypeConfiguration<HeldMessage>
    {
        public void Configure(EntityTypeBuilder<HeldMessage> builder)
        {
            builder.ToTable("held_messages");
            builder.HasKey(row => new { row.OccurrenceId, row.CustomerNo, row.Step });
            builder.HasIndex(row => row.CustomerNo);   // one customer's
            builder.Property(row => row.State).HasConversion<short>();
            builder.Property(row => row.Reason).HasConversion<short>();
        }
    }

    internal sealed class HeldEvidenceMapping : IEntityTypeConfiguration<HeldEvidence>
    {
        public void Configure(EntityTypeBuilder<HeldEvidence> builder)
        {
            builder.ToTable("held_evidence");
            builder.HasKey(row => new { row.OccurrenceId, row.CustomerNo, row.Step, row.Attempt, row.Kind, row.Ref });
            builder.Property(row => row.Kind).HasConversion<short>();
            builder.Property(row => row.State).HasConversion<short>();
            builder.Property(row => row.Reason).HasConversion<short>();
        }
    }

    internal sealed class HeldTextMapping : IEntityTypeConfiguration<HeldText>
    {
        public void Configure(EntityTypeBuilder<HeldText> builder)
        {
            builder.ToTable("held_texts");
            builder.HasKey(row => new { row.OccurrenceId, row.Step, row.Variant, row.Channel, row.Language });
        }
    }
}

namespace Orchestrator.Host.Storage
{
    public sealed partial class OrchestratorDb
    {
        public DbSet<MonthDrop> MonthDrops => Set<MonthDrop>();

        public DbSet<HeldMessage> HeldMessages => Set<HeldMessage>();

        public DbSet<HeldEvidence> HeldEvidence => Set<HeldEvidence>();

        public DbSet<HeldText> HeldTexts => Set<HeldText>();
    }
}
