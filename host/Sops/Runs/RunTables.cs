using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>An instance of a process without people: other systems start it and do its work. One row, locked for every step.</summary>
public sealed class ProcessRun
{
    public Guid Id { get; init; }
    public Guid DefinitionId { get; init; }

    /// <summary>Decision id to the id of its pinned version, as JSON.</summary>
    public required string DecisionsJson { get; init; }
    public InstanceStatus Status { get; set; }

    /// <summary>The interpreter's state.</summary>
    public required string State { get; set; }

    /// <summary>The commands applied last, newest first: a command that arrives again is answered, not repeated.</summary>
    public required string Commands { get; set; }

    /// <summary>Steps taken.</summary>
    public long Version { get; set; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class ProcessRunMapping : IEntityTypeConfiguration<ProcessRun>
{
    public void Configure(EntityTypeBuilder<ProcessRun> builder)
    {
        builder.ToTable("process_runs");
        // No index on what a step changes, and room for it: updates stay on their page.
        builder.HasStorageParameter("fillfactor", 60);
        builder.HasIndex(row => row.StartedAt);   // the newest first
    }
}
