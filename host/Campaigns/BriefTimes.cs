namespace Orchestrator.Host.Campaigns;

public static class BriefTimes
{
    /// <summary>A local day and time of the brief as an instant with its offset. A time that a clock change skips moves on by the gap.</summary>
    public static DateTimeOffset InstantOf(this Brief brief, DateOnly day, TimeOnly time)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone);
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(30);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
