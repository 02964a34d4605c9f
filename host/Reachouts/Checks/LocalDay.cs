namespace Orchestrator.Host.Reachouts;

/// <summary>The calendar day at a moment in a zone. A micro-batch asks for everybody at one moment, mostly in one zone, so the last answer is kept per thread.</summary>
internal static class LocalDay
{
    [ThreadStatic]
    private static (TimeZoneInfo Zone, DateTimeOffset Now, DateOnly Day)? last;

    public static DateOnly Of(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (last is { } known && known.Now == now && ReferenceEquals(known.Zone, zone))
            return known.Day;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        last = (zone, now, day);
        return day;
    }
}
