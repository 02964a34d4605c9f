using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

public enum ReachoutState
{
    /// <summary>Its time has not come.</summary>
    Scheduled,

    /// <summary>Messages are being planned or sent.</summary>
    Running,

    /// <summary>Nothing is left to send; receipts may still come.</summary>
    Completed,

    /// <summary>Ended before everything was sent.</summary>
    Stopped,
}

/// <summary>One phase of a launched campaign: a scheduled multi-channel send 触达, with the content that was approved for it.</summary>
public sealed class Reachout
{
    public Guid Id { get; init; }
    public Guid CampaignId { get; init; }

    /// <summary>Key of the phase in the brief.</summary>
    public required string Phase { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset Due { get; init; }

    /// <summary>What is not sent by then expires.</summary>
    public DateTimeOffset LatestAt { get; init; }
    public ReachoutState State { get; set; }

    /// <summary>The package whose approval lets this fire; a campaign whose approved package differs sends nothing.</summary>
    public required string PackageHash { get; set; }

    /// <summary>Brief and phase as approved (JSON).</summary>
    public required string Spec { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>One firing of a reach-out. Ids begin with the month and divide the ledger by it: see <see cref="LedgerMonth"/>.</summary>
public sealed class Occurrence
{
    public long Id { get; init; }
    public Guid ReachoutId { get; init; }
    public Guid CampaignId { get; init; }
    public DateTimeOffset Due { get; init; }
    public DateTimeOffset LatestAt { get; set; }
    public ReachoutState State { get; set; }

    /// <summary>Members of the present wave up to this customer number are in the ledger; null: planning is finished.</summary>
    public long? PlannedTo { get; set; }

    /// <summary>The present wave: members with a rank above this…</summary>
    public long RankAfter { get; set; }

    /// <summary>…and up to this. Equal: the wave is not open yet.</summary>
    public long RankTo { get; set; } = long.MaxValue;
    public int Wave { get; set; }

    /// <summary>When the present wave's day begins in its first zone, where each customer has a time of their own; null: the occurrence's.</summary>
    public DateTimeOffset? WaveDue { get; set; }

    /// <summary>A recurring one: its members are in <c>occurrence_members</c>, not the frozen audience.</summary>
    public bool HasOwnAudience { get; init; }

    /// <summary>Its month is being dropped or was: what reports need of its messages (<see cref="KeptFigures"/>, JSON). Null: they are there.</summary>
    public string? Kept { get; set; }
}

/// <summary>A range of customers that one sender works through at a time.</summary>
public sealed class SendBatch
{
    public long OccurrenceId { get; init; }
    public int No { get; init; }
    public long FirstCustomer { get; init; }
    public long LastCustomer { get; set; }
    public BatchState State { get; set; }

    /// <summary>The wave whose first messages it sends; where there are steps, the batches of the last wave that is planned follow everybody up.</summary>
    public int Wave { get; init; }

    /// <summary>The last moment at which one of its follow-ups may go out; null: it had none.</summary>
    public DateTimeOffset? LatestAt { get; set; }
}

public enum BatchState : short
{
    /// <summary>Its turn has not come: only a few batches of an occurrence run at a time.</summary>
    Waiting = 0,

    /// <summary>Enqueued or running.</summary>
    Active = 1,

    /// <summary>Has open messages that wait for a time or for the end of a hold.</summary>
    Parked = 2,

    /// <summary>No message is open, nothing will come.</summary>
    Done = 3,

    /// <summary>No message is open; some may yet be followed up.</summary>
    Awaiting = 4,
}

/// <summary>A switch that every lease reads: everything, a campaign, a reach-out, a segment, a channel, an account, a template, a text or a wording.</summary>
public sealed class SendControl
{
    /// <summary><c>all</c>, <c>campaign:…</c>, <c>reachout:…</c>, <c>segment:{key}</c>, <c>channel:sms</c>, <c>account:3</c>, <c>template:{key}</c>, <c>text:{hash}</c>, <c>wording:{words}</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>Goes up with every change; that of <c>all</c> also when jobs must be read anew.</summary>
    public long Epoch { get; set; }

    /// <summary>A compliance stop 紧急叫停; a second person lifts it.</summary>
    public string? HeldBy { get; set; }
    public string? HoldReason { get; set; }
    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>What the held campaign's status was, and why, for the end of the hold.</summary>
    public string? StatusBefore { get; set; }
    public string? ReasonBefore { get; set; }

    /// <summary>The owner's pause, or a guardrail's.</summary>
    public string? PausedBy { get; set; }
    public string? PauseReason { get; set; }
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>The end 终止: never taken back.</summary>
    public string? StoppedBy { get; set; }
    public DateTimeOffset? StoppedAt { get; set; }
}

internal sealed class ReachoutMapping : IEntityTypeConfiguration<Reachout>
{
    public void Configure(EntityTypeBuilder<Reachout> builder)
    {
        builder.ToTable("reachouts");
        builder.HasIndex(row => new { row.CampaignId, row.Phase }).IsUnique();
    }
}

internal sealed class OccurrenceMapping : IEntityTypeConfiguration<Occurrence>
{
    public void Configure(EntityTypeBuilder<Occurrence> builder)
    {
        builder.ToTable("occurrences");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => row.ReachoutId);
        builder.HasIndex(row => row.CampaignId);
    }
}

internal sealed class SendBatchMapping : IEntityTypeConfiguration<SendBatch>
{
    public void Configure(EntityTypeBuilder<SendBatch> builder)
    {
        builder.ToTable("send_batches");
        builder.HasKey(row => new { row.OccurrenceId, row.No });
        builder.Property(row => row.State).HasConversion<short>();
    }
}

internal sealed class SendControlMapping : IEntityTypeConfiguration<SendControl>
{
    public void Configure(EntityTypeBuilder<SendControl> builder)
    {
        builder.ToTable("send_controls");
        builder.HasKey(row => row.Scope);
    }
}
