using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>A short address of our own that one message carries.</summary>
public sealed class TrackedLinkRow
{
    /// <summary>Random; the last part of the address.</summary>
    public required string Id { get; init; }
    public long OccurrenceId { get; init; }
    public long CustomerNo { get; init; }
    public short Step { get; init; }
    public required string Target { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Every request for it.</summary>
    public int Clicks { get; set; }

    /// <summary>Those that a person made, as far as one can tell.</summary>
    public int HumanClicks { get; set; }
    public DateTimeOffset? FirstClickAt { get; set; }
}

/// <summary>One request for a tracked link. Insert-only, without anything that names the person beyond the link.</summary>
public sealed class LinkClick
{
    public Guid Id { get; init; }
    public required string LinkId { get; init; }
    public long OccurrenceId { get; init; }
    public DateTimeOffset At { get; init; }
    public ClickVerdict Verdict { get; init; }
}

/// <summary>Who made a click. Stored as its number; the numbers never change.</summary>
public enum ClickVerdict : short
{
    Human = 0,

    /// <summary>Asked for the header only.</summary>
    Head = 1,

    /// <summary>Loaded ahead by a browser or mail program.</summary>
    Prefetch = 2,

    /// <summary>Names itself as a scanner, preview or crawler, or not at all.</summary>
    Scanner = 3,

    /// <summary>Within two seconds of the sending.</summary>
    Instant = 4,

    /// <summary>From a network on a list of programs' networks.</summary>
    Network = 5,
}

/// <summary>At which hours of their own day a customer clicks.</summary>
public sealed class ClickHour
{
    public long CustomerNo { get; init; }
    public short Hour { get; init; }
    public int Clicks { get; init; }
}

internal sealed class TrackedLinkMapping : IEntityTypeConfiguration<TrackedLinkRow>
{
    public void Configure(EntityTypeBuilder<TrackedLinkRow> builder)
    {
        builder.ToTable("tracked_links");
        builder.HasKey(row => new { row.Id, row.OccurrenceId });   // the id alone is unique by chance: 64 bits
        builder.IsByMonth();
        builder.HasIndex(row => new { row.OccurrenceId, row.CustomerNo, row.Step }).IsUnique();   // one per message; who clicked
    }
}

internal sealed class LinkClickMapping : IEntityTypeConfiguration<LinkClick>
{
    public void Configure(EntityTypeBuilder<LinkClick> builder)
    {
        builder.ToTable("link_clicks");
        builder.HasKey(row => new { row.Id, row.OccurrenceId });
        builder.IsByMonth();
        builder.Property(row => row.Verdict).HasConversion<short>();
        builder.HasIndex(row => row.LinkId);
    }
}

internal sealed class ClickHourMapping : IEntityTypeConfiguration<ClickHour>
{
    public void Configure(EntityTypeBuilder<ClickHour> builder)
    {
        builder.ToTable("click_hours");
        builder.HasKey(row => new { row.CustomerNo, row.Hour });
    }
}
