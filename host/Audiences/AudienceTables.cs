using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Audiences;

public enum Arm
{
    /// <summary>Gets the campaign's messages.</summary>
    Treated,

    /// <summary>Matched, and kept aside for comparison.</summary>
    Holdout,

    /// <summary>Matched, and held out of all marketing of the period: gets what serves, nothing that advertises.</summary>
    GlobalHoldout,
}

/// <summary>One member of a campaign's frozen audience.</summary>
public sealed class AudienceMember
{
    public Guid CampaignId { get; init; }
    public long CustomerNo { get; init; }
    public Arm Arm { get; set; }

    /// <summary>Pseudo-random order of the campaign's members; the lowest ranks are the holdout.</summary>
    public long Rank { get; init; }
}

public enum FreezeState
{
    Scanning,
    Done,

    /// <summary>More matched than was approved; nothing may be sent.</summary>
    OverCeiling,
}

/// <summary>The freezing of a campaign's audience: where it stands and what came out.</summary>
public sealed class AudienceFreeze
{
    public Guid CampaignId { get; init; }
    public required string Rule { get; init; }
    public decimal HoldoutPercent { get; init; }
    public int? HoldoutCount { get; init; }
    public int? Ceiling { get; init; }
    public FreezeState State { get; set; }

    /// <summary>Customers up to this number have been looked at.</summary>
    public long ScannedTo { get; set; }
    public long Scanned { get; set; }
    public long Matched { get; set; }

    /// <summary>Customers for whom the rule gave null: not members.</summary>
    public long Nulls { get; set; }
    public long Holdout { get; set; }
    public long GlobalHoldout { get; set; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    public long Treated => Matched - Holdout - GlobalHoldout;
}

/// <summary>A forecast that was shown and kept: the latest before approval is what a launch is compared with.</summary>
public sealed class ReachForecastRecord
{
    public Guid Id { get; init; }
    public Guid CampaignId { get; init; }

    /// <summary>Hash of rule and holdout share it was made for.</summary>
    public required string AudienceHash { get; init; }
    public long Matched { get; init; }

    /// <summary>The forecast as JSON.</summary>
    public required string Result { get; init; }
    public required string MadeBy { get; init; }
    public DateTimeOffset MadeAt { get; init; }
}

internal sealed class AudienceMemberMapping : IEntityTypeConfiguration<AudienceMember>
{
    public void Configure(EntityTypeBuilder<AudienceMember> builder)
    {
        builder.ToTable("audience_members");
        builder.HasKey(row => new { row.CampaignId, row.CustomerNo });
        builder.HasIndex(row => row.CustomerNo);   // the campaigns of a customer: events, why-not, erasure
    }
}

internal sealed class AudienceFreezeMapping : IEntityTypeConfiguration<AudienceFreeze>
{
    public void Configure(EntityTypeBuilder<AudienceFreeze> builder)
    {
        builder.ToTable("audience_freezes");
        builder.HasKey(row => row.CampaignId);
        builder.Ignore(row => row.Treated);
    }
}

internal sealed class ReachForecastMapping : IEntityTypeConfiguration<ReachForecastRecord>
{
    public void Configure(EntityTypeBuilder<ReachForecastRecord> builder)
    {
        builder.ToTable("reach_forecasts");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.CampaignId, row.MadeAt });
    }
}
