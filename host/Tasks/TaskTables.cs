using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Tasks;

public enum TaskState
{
    Open,
    Done,
    Cancelled,
}

/// <summary>A human task 待办 of a campaign's instance.</summary>
public sealed class ProcessTask
{
    public Guid Id { get; init; }
    public Guid CampaignId { get; init; }

    /// <summary>The interpreter's id of it.</summary>
    public required string EngineTaskId { get; init; }
    public required string ElementId { get; init; }
    public string? StageId { get; init; }
    public required string NameZh { get; init; }
    public required string NameEn { get; init; }
    public string? FormId { get; init; }
    public List<string> CandidateRoles { get; init; } = [];
    public List<string> CandidateUsers { get; init; } = [];

    /// <summary>Who claimed it or was given it.</summary>
    public string? Assignee { get; set; }
    public DateTimeOffset? Due { get; init; }
    public DateTimeOffset? Remind { get; init; }
    public DateTimeOffset? RemindedAt { get; set; }
    public TaskState State { get; set; }
    public string? Outcome { get; set; }
    public string? Reason { get; set; }

    /// <summary>What was entered into its form, as JSON.</summary>
    public string? DataJson { get; set; }
    public string? CompletedBy { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Why it waits at its holder again: the reason of the send-back that led here.</summary>
    public string? ReturnedBecause { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public long Version { get; set; } = 1;

    public string NameIn(string language) => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? NameZh : NameEn;
}

/// <summary>A day that is not what its weekday says: a public holiday, or a working weekend day that makes up for one.</summary>
public sealed class CalendarDay
{
    public DateOnly Date { get; init; }
    public bool IsWorkingDay { get; set; }
    public required string NameZh { get; set; }
    public required string NameEn { get; set; }
}

internal sealed class ProcessTaskMapping : IEntityTypeConfiguration<ProcessTask>
{
    public void Configure(EntityTypeBuilder<ProcessTask> builder)
    {
        builder.ToTable("tasks");
        builder.HasIndex(row => new { row.CampaignId, row.State });   // a campaign's tasks, and completing by engine id
        builder.HasIndex(row => new { row.Assignee, row.State });     // mine
        builder.HasIndex(row => new { row.State, row.Due });          // open to my roles, by due time
        builder.HasIndex(row => new { row.CompletedBy, row.CompletedAt });   // done by me
        builder.PrimitiveCollection(row => row.CandidateRoles);
        builder.PrimitiveCollection(row => row.CandidateUsers);
    }
}

internal sealed class CalendarDayMapping : IEntityTypeConfiguration<CalendarDay>
{
    public void Configure(EntityTypeBuilder<CalendarDay> builder)
    {
        builder.ToTable("calendar_days");
        builder.HasKey(row => row.Date);
    }
}
