using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Reachouts;

/// <summary>The variant that was chosen for what of a reach-out is still unsent.</summary>
public sealed class ExperimentDecision
{
    public Guid ReachoutId { get; init; }

    /// <summary>Number of the variant, from 1.</summary>
    public short Winner { get; init; }

    /// <summary>User name, or <c>rule</c>.</summary>
    public required string DecidedBy { get; init; }
    public string? Reason { get; init; }

    /// <summary>The figures it was decided on, as JSON.</summary>
    public required string Figures { get; init; }
    public DateTimeOffset DecidedAt { get; init; }
}

internal sealed class ExperimentDecisionMapping : IEntityTypeConfiguration<ExperimentDecision>
{
    public void Configure(EntityTypeBuilder<ExperimentDecision> builder)
    {
        builder.ToTable("experiment_decisions");
        builder.HasKey(row => row.ReachoutId);
    }
}
