using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Campaigns;

/// <summary>A figure of the law from a day on. Once published it never changes; a later row takes its place.</summary>
public sealed class LegalLimit
{
    public Guid Id { get; init; }

    /// <summary>One of <see cref="LegalLimits.Names"/>.</summary>
    public required string Name { get; init; }
    public DateOnly From { get; init; }
    public decimal Value { get; init; }

    /// <summary>Where it stands, in the words of whoever entered it.</summary>
    public required string Source { get; init; }
    public required string ProposedBy { get; init; }
    public DateTimeOffset ProposedAt { get; init; }

    /// <summary>The second person; null: not in force.</summary>
    public string? PublishedBy { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }
}

internal sealed class LegalLimitMapping : IEntityTypeConfiguration<LegalLimit>
{
    public void Configure(EntityTypeBuilder<LegalLimit> builder)
    {
        builder.ToTable("legal_limits");
        builder.HasIndex(row => new { row.Name, row.From });   // what is in force on a day
    }
}
