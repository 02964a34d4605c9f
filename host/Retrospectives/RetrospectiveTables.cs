using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Retrospectives;

public enum RetrospectiveState
{
    Drafted,
    Completed,
    Confirmed,
}

/// <summary>The GRAI retrospective of a campaign.</summary>
public sealed class RetrospectiveRow
{
    public Guid CampaignId { get; init; }
    public RetrospectiveState State { get; set; }

    /// <summary>The <see cref="Retrospective"/> as JSON.</summary>
    public required string ContentJson { get; set; }
    public DateTimeOffset DraftedAt { get; init; }
    public string? CompletedBy { get; set; }
    public string? ConfirmedBy { get; set; }

    /// <summary>What the T+30 look-back recorded, as JSON.</summary>
    public string? LookBackJson { get; set; }
    public long Version { get; set; } = 1;
}

/// <summary>Start, continue or stop doing something: what the next campaign should know.</summary>
public sealed class Lesson
{
    public Guid Id { get; init; }
    public Guid CampaignId { get; init; }

    /// <summary>start, continue, stop.</summary>
    public required string Kind { get; init; }
    public required string Text { get; init; }
    public List<string> Tags { get; init; } = [];
    public required string Objective { get; init; }
    public required string Form { get; init; }
    public required string By { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class RetrospectiveMapping : IEntityTypeConfiguration<RetrospectiveRow>
{
    public void Configure(EntityTypeBuilder<RetrospectiveRow> builder)
    {
        builder.ToTable("retrospectives");
        builder.HasKey(row => row.CampaignId);
    }
}

internal sealed class LessonMapping : IEntityTypeConfiguration<Lesson>
{
    public void Configure(EntityTypeBuilder<Lesson> builder)
    {
        builder.ToTable("lessons");
        builder.HasIndex(row => row.CampaignId);
        builder.HasIndex(row => new { row.Objective, row.Form });   // shown when a like brief starts
        builder.PrimitiveCollection(row => row.Tags);
    }
}
