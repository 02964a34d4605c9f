using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Audiences;

public enum SegmentState
{
    Draft,
    Published,
    Retired,
}

/// <summary>One version of a segment: a FEEL rule over customer attributes. Published versions never change.</summary>
public sealed class Segment
{
    public required string Key { get; init; }
    public int Version { get; init; }
    public required string NameChinese { get; set; }
    public required string NameEnglish { get; set; }
    public string? DescriptionChinese { get; set; }
    public string? DescriptionEnglish { get; set; }

    /// <summary>FEEL; <c>$name</c> stands for a parameter.</summary>
    public required string Rule { get; set; }

    /// <summary>JSON list of <see cref="SegmentParameter"/>.</summary>
    public required string Parameters { get; set; }
    public SegmentState State { get; set; }

    /// <summary>Comes with the program.</summary>
    public bool IsShipped { get; init; }
    public required string WrittenBy { get; set; }
    public string? PublishedBy { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Counts the edits of a draft, for If-Match.</summary>
    public long Revision { get; set; } = 1;
}

internal sealed class SegmentMapping : IEntityTypeConfiguration<Segment>
{
    public void Configure(EntityTypeBuilder<Segment> builder)
    {
        builder.ToTable("segments");
        builder.HasKey(row => new { row.Key, row.Version });
        builder.Property(row => row.Revision).IsConcurrencyToken();
    }
}
