using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Compliance;

/// <summary>A rule of the house that holds from a day on. Once published it never changes; a later one of the same name takes its place.</summary>
public sealed class DatedRule
{
    public Guid Id { get; init; }

    /// <summary>Name of its <see cref="IDatedRuleKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Which of the kind: of each name the newest holds.</summary>
    public required string Name { get; init; }
    public DateOnly From { get; init; }

    /// <summary>JSON in the form of the kind.</summary>
    public required string Value { get; init; }

    /// <summary>Why, or where it comes from, in the words of whoever entered it.</summary>
    public required string Source { get; init; }
    public required string ProposedBy { get; init; }
    public DateTimeOffset ProposedAt { get; init; }

    /// <summary>The second person; null: not in force.</summary>
    public string? PublishedBy { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }
}

internal sealed class DatedRuleMapping : IEntityTypeConfiguration<DatedRule>
{
    public void Configure(EntityTypeBuilder<DatedRule> builder)
    {
        builder.ToTable("dated_rules");
        builder.HasIndex(row => new { row.Kind, row.Name, row.From });   // what is in force on a day
    }
}
