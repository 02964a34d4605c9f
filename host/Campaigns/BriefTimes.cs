using Orchestrator.Host.Scheduling;

namespace Orchestrator.Host.Campaigns;

public static class BriefTimes
{
    /// <summary>A local day and time of the brief as an instant with its offset. A time that a clock change skips moves on by the gap; of one that comes twice it is the first.</summary>
    public static DateTimeOffset InstantOf(this Brief brief, DateOnly day, TimeOnly time) =>
        RecurrenceRule.InstantOf(day, time, TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone));
}
