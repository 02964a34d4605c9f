using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Scheduling;

/// <summary>The lease of one node. A new start of the same node gets a new epoch; whatever carries an older one is fenced off.</summary>
internal sealed class Node
{
    public required string Name { get; init; }
    public long Epoch { get; set; }

    /// <summary>Real clock.</summary>
    public DateTimeOffset Until { get; set; }
    public DateTimeOffset StartedAt { get; set; }
}

/// <summary>Work that failed for good, or a process that can't go on, waiting for a person.</summary>
public sealed class Incident
{
    public Guid Id { get; init; }

    /// <summary>What failed: the work's kind, or <c>process</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The element, reach-out or key concerned.</summary>
    public required string Subject { get; init; }
    public Guid? CampaignId { get; init; }

    /// <summary>What went wrong and where, as the program saw it.</summary>
    public required string Message { get; init; }

    /// <summary>Work that a retry enqueues; null: nothing to retry, only to resolve.</summary>
    public string? RetryKind { get; init; }
    public string? RetryKey { get; init; }
    public string? RetryPayload { get; init; }

    /// <summary>Answers a person may give, separated by spaces; null: it is no question but something that failed.</summary>
    public string? Choices { get; init; }
    public DateTimeOffset RaisedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBy { get; set; }

    /// <summary><c>retried</c>, <c>resolved</c>, <c>superseded</c>, or the answer that was given.</summary>
    public string? Outcome { get; set; }
    public string? Note { get; set; }
}

/// <summary>A recurring trigger, from which Quartz's is derived: the row is the truth.</summary>
public sealed class RecurringTrigger
{
    public required string Key { get; init; }

    /// <summary>Kind of the work that each firing enqueues.</summary>
    public required string Kind { get; init; }

    /// <summary>Quartz cron expression (six or seven fields).</summary>
    public required string Cron { get; set; }

    /// <summary>A <see cref="RuleSpan"/> as JSON whose moments are the fire times; the cron expression then only says when to look.</summary>
    public string? Rule { get; set; }

    /// <summary>IANA zone the expression is meant in.</summary>
    public required string TimeZone { get; set; }
    public Guid? CampaignId { get; init; }
    public required string Payload { get; set; }

    /// <summary>What happens to firings missed while no node ran: once or skip.</summary>
    public MisfirePolicy Misfire { get; set; }
    public DateTimeOffset LastFiredAt { get; set; }
}

internal sealed class NodeMapping : IEntityTypeConfiguration<Node>
{
    public void Configure(EntityTypeBuilder<Node> builder)
    {
        builder.ToTable("nodes");
        builder.HasKey(row => row.Name);
    }
}

internal sealed class ScheduledWorkMapping : IEntityTypeConfiguration<ScheduledWork>
{
    public void Configure(EntityTypeBuilder<ScheduledWork> builder)
    {
        builder.ToTable("scheduled_work");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => new { row.Kind, row.Key }).IsUnique().HasFilter("state = 'Due'");   // the same thing is never due twice
        builder.HasIndex(row => row.Due).HasFilter("state = 'Due'");                                // what workers claim
        builder.HasIndex(row => row.Epoch).HasFilter("state = 'Leased'");                           // what a dead node left
        builder.HasIndex(row => row.CampaignId);
    }
}

internal sealed class IncidentMapping : IEntityTypeConfiguration<Incident>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.ToTable("incidents");
        builder.HasIndex(row => row.RaisedAt).HasFilter("closed_at IS NULL");
        builder.HasIndex(row => row.CampaignId);
    }
}

internal sealed class RecurringTriggerMapping : IEntityTypeConfiguration<RecurringTrigger>
{
    public void Configure(EntityTypeBuilder<RecurringTrigger> builder)
    {
        builder.ToTable("recurring_triggers");
        builder.HasKey(row => row.Key);
        builder.HasIndex(row => row.CampaignId);
    }
}
