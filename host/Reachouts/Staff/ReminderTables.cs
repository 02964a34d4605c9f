using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Orchestrator.Host.Reachouts;

/// <summary>What became of a reminder. Stored as its number; the numbers never change.</summary>
public enum ReminderState : short
{
    /// <summary>Its call may be under way. Counts.</summary>
    Reserved = 0,

    /// <summary>The provider took it. Counts.</summary>
    Taken = 1,

    /// <summary>The provider refused it, or it never left. Does not count.</summary>
    Refused = 2,

    /// <summary>It may have been taken. Counts.</summary>
    Unknown = 3,
}

/// <summary>One reminder of one task of staff's.</summary>
public sealed class StaffReminder
{
    public long Id { get; init; }
    public Guid CampaignId { get; init; }
    public int AccountNo { get; init; }

    /// <summary>The provider's reference of the task.</summary>
    public required string Ref { get; init; }
    public required string By { get; init; }

    /// <summary>Business clock.</summary>
    public DateTimeOffset At { get; init; }
    public ReminderState State { get; set; }

    /// <summary>The provider's words, where it did not take it.</summary>
    public string? Detail { get; set; }
}

internal sealed class StaffReminderMapping : IEntityTypeConfiguration<StaffReminder>
{
    public void Configure(EntityTypeBuilder<StaffReminder> builder)
    {
        builder.ToTable("staff_reminders");
        builder.Property(row => row.State).HasConversion<short>();
        builder.HasIndex(row => new { row.CampaignId, row.At });   // how often within the rule's hours
    }
}
