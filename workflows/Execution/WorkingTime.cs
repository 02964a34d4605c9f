namespace Orchestrator.Workflows.Execution;

/// <summary>Arithmetic over working days.</summary>
public static class WorkingTime
{
    // Two years of days: past that, a calendar without working days must not hang the caller.
    private const int MaxDaysLookedAt = 100_000;

    /// <summary>The same local time, <paramref name="days"/> working days later (earlier when negative). Zero moves to the next working day if this is none.</summary>
    public static DateTimeOffset AddWorkingDays(this IWorkingCalendar calendar, DateTimeOffset from, int days)
    {
        var local = TimeZoneInfo.ConvertTime(from, calendar.Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        var step = days < 0 ? -1 : 1;
        var left = Math.Abs(days);
        var looked = 0;
        while (left > 0 || (days == 0 && !calendar.IsWorkingDay(day)))
        {
            if (looked++ == MaxDaysLookedAt)
                throw new InvalidOperationException("The working calendar has no working days.");
            day = day.AddDays(step);
            if (left > 0 && calendar.IsWorkingDay(day))
                left--;
        }
        return ToInstant(day.ToDateTime(TimeOnly.FromDateTime(local.DateTime)), calendar.Zone);
    }

    /// <summary>A local time as an instant; a time that a clock change skips moves on by the gap.</summary>
    internal static DateTimeOffset ToInstant(DateTime local, TimeZoneInfo zone)
    {
        var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(unspecified))
            unspecified = unspecified.AddMinutes(30);
        return new DateTimeOffset(unspecified, zone.GetUtcOffset(unspecified)).ToUniversalTime();
    }
}
