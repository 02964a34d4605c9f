using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Compliance;

/// <summary>The head of one chain: a campaign's, or a subject's such as <c>users</c> or <c>channels</c>.</summary>
public sealed class AuditHead
{
    public required string Chain { get; init; }
    public long Seq { get; set; }
    public required string Hash { get; set; }
}

/// <summary>One event of a chain. Never changed or removed: triggers of the database refuse it.</summary>
public sealed class AuditEvent
{
    public required string Chain { get; init; }
    public long Seq { get; init; }
    public DateTimeOffset At { get; init; }
    public required string Actor { get; init; }

    /// <summary>Past tense, e.g. <c>task-completed</c>; the console's text key is <c>audit.{type}</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it happened to, within the chain: a task, a part, a reach-out.</summary>
    public string? Subject { get; init; }
    public string? Reason { get; init; }

    /// <summary>Canonical JSON: before, after, hashes, figures. Never personal data in the clear.</summary>
    public required string Data { get; init; }
    public required string PreviousHash { get; init; }
    public required string Hash { get; init; }
}

internal sealed class AuditHeadMapping : IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.ToTable("audit_heads");
        builder.HasKey(row => row.Chain);
    }
}

internal sealed class AuditEventMapping : IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.ToTable("audit_events");
        builder.HasKey(row => new { row.Chain, row.Seq });
        builder.HasIndex(row => row.At);               // the auditor's search by time
        builder.HasIndex(row => new { row.Actor, row.At });   // and by person
    }
}
