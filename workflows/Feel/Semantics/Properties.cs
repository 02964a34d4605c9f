namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>The members of values that are no contexts (DMN 1.5, tables 65 to 67).</summary>
internal static class Properties
{
    public static bool TryGet(object value, string member, out object? found)
    {
        var known = value switch
        {
            FeelContext context => context.TryGetValue(member, out found) ? null : false,
            FeelDate date => Set(OfDate(date, member), out found),
            FeelTime time => Set(OfTime(time, member), out found),
            FeelDateTime moment => Set(OfDate(moment.Date, member) ?? OfTime(moment.Time, member, moment.Date), out found),
            YearMonthDuration duration => Set(OfMonths(duration, member), out found),
            DayTimeDuration duration => Set(OfDays(duration, member), out found),
            FeelRange range => OfRange(range, member, out found),
            _ => Set(null, out found),
        };
        return known ?? true;
    }

    // A zone or an offset may be missing: then the member is known and null.
    private static readonly object Missing = new();

    private static bool? Set(object? value, out object? found)
    {
        found = ReferenceEquals(value, Missing) ? null : value;
        return value is null ? false : null;
    }

    private static object? OfDate(FeelDate date, string member) => member switch
    {
        "year" => (decimal)date.Year,
        "month" => (decimal)date.Month,
        "day" => (decimal)date.Day,
        "weekday" => (decimal)date.Weekday,
        _ => null,
    };

    private static object? OfTime(FeelTime time, string member, FeelDate? date = null) => member switch
    {
        "hour" => (decimal)time.Hour,
        "minute" => (decimal)time.Minute,
        "second" => (decimal)time.Second,
        "time offset" => time.Zone is { } zone
            ? new DayTimeDuration((Int128)(date is null ? zone.OffsetWithoutDate : zone.OffsetAt(date, time)) * FeelTime.NanosPerSecond)
            : Missing,
        "timezone" => time.Zone?.Id ?? Missing,
        _ => null,
    };

    private static object? OfMonths(YearMonthDuration duration, string member) => member switch
    {
        "years" => (decimal)duration.Years,
        "months" => (decimal)duration.Months,
        _ => null,
    };

    private static object? OfDays(DayTimeDuration duration, string member) => member switch
    {
        "days" => FeelNumber.From((System.Numerics.BigInteger)duration.Days),
        "hours" => (decimal)duration.Hours,
        "minutes" => (decimal)duration.Minutes,
        "seconds" => (decimal)duration.Seconds,
        _ => null,
    };

    private static bool? OfRange(FeelRange range, string member, out object? found)
    {
        (var known, found) = member switch
        {
            "start" => (true, range.Start),
            "end" => (true, range.End),
            "start included" => (true, range.StartIncluded),
            "end included" => (true, range.EndIncluded),
            _ => (false, null),
        };
        return known ? null : false;
    }
}
