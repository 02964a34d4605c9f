using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>A message of a manual channel: which task people do it with.</summary>
public sealed class ManualMessage
{
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }
    public short Step { get; init; }
    public short Attempt { get; init; }
    public Guid TaskId { get; init; }
    public int AccountNo { get; init; }

    /// <summary>The proof was given and the ledger says delivered.</summary>
    public bool IsSettled { get; set; }
}

/// <summary>What a manual account asks of people, as it was when the task was made.</summary>
public sealed class ManualBrief
{
    public Guid TaskId { get; init; }

    /// <summary>branch, community, banner or offline.</summary>
    public required string Place { get; init; }
    public required string Instructions { get; init; }
    public required string Proof { get; init; }
}

internal sealed class ManualMessageMapping : IEntityTypeConfiguration<ManualMessage>
{
    public void Configure(EntityTypeBuilder<ManualMessage> builder)
    {
        builder.ToTable("manual_messages");
        builder.HasKey(row => new { row.OccurrenceId, row.CustomerNo, row.Step, row.Attempt });
        builder.IsByMonth();
        builder.HasIndex(row => row.TaskId);   // a task's customers
    }
}

internal sealed class ManualBriefMapping : IEntityTypeConfiguration<ManualBrief>
{
    public void Configure(EntityTypeBuilder<ManualBrief> builder)
    {
        builder.ToTable("manual_briefs");
        builder.HasKey(row => row.TaskId);
    }
}
