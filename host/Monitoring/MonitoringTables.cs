using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Monitoring;

/// <summary>What an event tells. Stored as its number; the numbers never change.</summary>
public enum CampaignEventKind : short
{
    /// <summary>Took part: opened the page, claimed a coupon.</summary>
    Participation = 0,

    /// <summary>Did what the goal measures; the value adds to an amount goal.</summary>
    Conversion = 1,

    /// <summary>Cost money.</summary>
    Cost = 2,
    Complaint = 3,

    /// <summary>Refused further messages.</summary>
    OptOut = 4,

    /// <summary>Followed the link of a message: a person, as far as one can tell, once per message.</summary>
    Click = 5,
}

/// <summary>An event from another system, or from a reply; once per id.</summary>
public sealed class CampaignEvent
{
    /// <summary>The sender's id of the event.</summary>
    public required string Id { get; init; }
    public Guid CampaignId { get; init; }
    public CampaignEventKind Kind { get; init; }

    /// <summary>0: of nobody in particular (a cost).</summary>
    public long CustomerNo { get; init; }

    /// <summary>treated, holdout, or none for somebody outside the audience.</summary>
    public required string Arm { get; init; }

    /// <summary>Micros of the campaign's currency; cost, or amount of a conversion.</summary>
    public long Value { get; init; }

    /// <summary>What it was, e.g. <c>coupon-claimed</c>; the brief's tracking points name what is expected.</summary>
    public string? Name { get; init; }

    /// <summary>Attributes that guardrails may group by, as JSON: <c>{"risk_grade":"C"}</c>.</summary>
    public string? Attributes { get; init; }
    public DateTimeOffset At { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public required string Source { get; init; }
}

/// <summary>A figure of a campaign per arm and day of the campaign's zone; changes in the transaction of its events.</summary>
public sealed class MetricDay
{
    public Guid CampaignId { get; init; }

    /// <summary>participations, participants, conversions, converters, conversion-value, cost, complaints, opt-outs.</summary>
    public required string Metric { get; init; }
    public required string Arm { get; init; }
    public DateOnly Day { get; init; }
    public long Value { get; set; }
}

/// <summary>A guardrail that tripped 熔断, and the figures it tripped on.</summary>
public sealed class GuardrailTrip
{
    public Guid Id { get; init; }
    public Guid CampaignId { get; init; }
    public required string Key { get; init; }
    public required string Condition { get; init; }

    /// <summary>False: the condition could not be decided, which trips too.</summary>
    public bool WasDecided { get; init; }
    public required string Figures { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>Set when somebody decided to go on.</summary>
    public DateTimeOffset? ClearedAt { get; set; }

    /// <summary>Its figures have been fine since: it may trip again.</summary>
    public bool IsRearmed { get; set; }
}

internal sealed class CampaignEventMapping : IEntityTypeConfiguration<CampaignEvent>
{
    public void Configure(EntityTypeBuilder<CampaignEvent> builder)
    {
        builder.ToTable("campaign_events");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Kind).HasConversion<short>();
        builder.HasIndex(row => new { row.CampaignId, row.Kind, row.CustomerNo });   // has this customer converted
    }
}

internal sealed class MetricDayMapping : IEntityTypeConfiguration<MetricDay>
{
    public void Configure(EntityTypeBuilder<MetricDay> builder)
    {
        builder.ToTable("metric_days");
        builder.HasKey(row => new { row.CampaignId, row.Metric, row.Arm, row.Day });
    }
}

internal sealed class GuardrailTripMapping : IEntityTypeConfiguration<GuardrailTrip>
{
    public void Configure(EntityTypeBuilder<GuardrailTrip> builder)
    {
        builder.ToTable("guardrail_trips");
        builder.HasIndex(row => row.CampaignId);
    }
}
