using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Campaigns;

/// <summary>Where a campaign stands as a whole; its stage and tasks tell the rest. Stored as these texts.</summary>
public static class CampaignStatus
{
    /// <summary>Being written; not submitted yet.</summary>
    public const string Draft = "draft";

    /// <summary>In its SOP, anywhere between review and retrospective.</summary>
    public const string Running = "running";

    /// <summary>Stopped for the time being: by its owner, by an edit, or by a guardrail.</summary>
    public const string Paused = "paused";

    /// <summary>Stopped by compliance.</summary>
    public const string Held = "held";
    public const string Closed = "closed";
    public const string Rejected = "rejected";
    public const string Cancelled = "cancelled";

    public static readonly IReadOnlyList<string> All = [Draft, Running, Paused, Held, Closed, Rejected, Cancelled];

    public static bool IsOver(string status) => status is Closed or Rejected or Cancelled;
}

/// <summary>One run of an SOP. Its process instance has the same id; the lock on the instance row serialises everything done to a campaign.</summary>
public sealed class Campaign
{
    public Guid Id { get; init; }

    /// <summary>Readable and unique, e.g. <c>C-2026-0147</c>.</summary>
    public required string Code { get; init; }
    public required string Name { get; set; }

    /// <summary>User name.</summary>
    public required string Owner { get; set; }

    /// <summary>One of <see cref="CampaignStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary>Why it is paused, held, rejected or cancelled.</summary>
    public string? StatusReason { get; set; }

    /// <summary>Stage id of its SOP, e.g. <c>sign-off</c>; null once the process has ended.</summary>
    public string? Stage { get; set; }

    /// <summary>LOW, MEDIUM or HIGH once the risk decision was made.</summary>
    public string? Level { get; set; }
    public required string Objective { get; set; }
    public required string Form { get; set; }
    public DateOnly WindowStart { get; set; }
    public DateOnly WindowEnd { get; set; }

    /// <summary>The <see cref="Campaigns.Brief"/> as JSON.</summary>
    public required string BriefJson { get; set; }

    /// <summary>What decisions read, as JSON: written at submission and at every later edit (<see cref="CampaignFacts"/>).</summary>
    public string FactsJson { get; set; } = "{}";

    /// <summary>Hash of the launch package as the brief stands now.</summary>
    public required string PackageHash { get; set; }

    /// <summary>Hash that the launch check approved: what is sent must equal it. Null before that and after an edit.</summary>
    public string? ApprovedHash { get; set; }

    /// <summary>The SOP version it runs on.</summary>
    public Guid SopVersionId { get; set; }

    /// <summary>The campaign it was cloned from.</summary>
    public Guid? ClonedFrom { get; init; }

    /// <summary>When the audience was frozen and reach-outs were planned.</summary>
    public DateTimeOffset? LaunchedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the brief's versions; the ETag.</summary>
    public long Version { get; set; } = 1;

    public Brief Brief() => BriefJsonText.Read(BriefJson);
}

/// <summary>A launch package as it was at one version of the brief; kept so that every approval can be shown against what it covered.</summary>
public sealed class StoredPackage
{
    public Guid CampaignId { get; init; }
    public required string Hash { get; init; }

    /// <summary>Part name to part hash, as JSON; the contents are in <see cref="StoredContent"/>.</summary>
    public required string PartsJson { get; init; }
    public long BriefVersion { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <summary>A large text, stored once by the SHA-256 of its UTF-8.</summary>
public sealed class StoredContent
{
    public required string Hash { get; init; }
    public required string Content { get; init; }
}

/// <summary>A stored file: page image, poster, paper, screenshot.</summary>
public sealed class StoredFile
{
    public required string Sha256 { get; init; }
    public required string MediaType { get; init; }
    public long Size { get; init; }
    public required byte[] Bytes { get; init; }
    public required string UploadedBy { get; init; }
    public DateTimeOffset UploadedAt { get; init; }
}

/// <summary>The last number given out in a year.</summary>
public sealed class CampaignCode
{
    public int Year { get; init; }
    public int Last { get; set; }
}

internal sealed class CampaignMapping : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("campaigns");
        builder.HasIndex(row => row.Code).IsUnique();
        builder.HasIndex(row => new { row.Status, row.Stage });   // the board
        builder.HasIndex(row => row.Owner);                       // my campaigns
        builder.HasIndex(row => row.WindowStart);                 // the calendar
    }
}

internal sealed class StoredPackageMapping : IEntityTypeConfiguration<StoredPackage>
{
    public void Configure(EntityTypeBuilder<StoredPackage> builder)
    {
        builder.ToTable("launch_packages");
        builder.HasKey(row => new { row.CampaignId, row.Hash });
    }
}

internal sealed class StoredContentMapping : IEntityTypeConfiguration<StoredContent>
{
    public void Configure(EntityTypeBuilder<StoredContent> builder)
    {
        builder.ToTable("contents");
        builder.HasKey(row => row.Hash);
    }
}

internal sealed class StoredFileMapping : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> builder)
    {
        builder.ToTable("files");
        builder.HasKey(row => row.Sha256);
    }
}

internal sealed class CampaignCodeMapping : IEntityTypeConfiguration<CampaignCode>
{
    public void Configure(EntityTypeBuilder<CampaignCode> builder)
    {
        builder.ToTable("campaign_codes");
        builder.HasKey(row => row.Year);
        builder.Property(row => row.Year).ValueGeneratedNever();
    }
}
