namespace Orchestrator.Workflows.Feel.Semantics;

/// <summary>Plus and minus over numbers, texts, dates, times and durations (DMN 1.5, table 56). Null where undefined.</summary>
internal static class Addition
{
    public static object? Add(object? left, object? right) => (left, right) switch
    {
        (decimal or Decimal128, decimal or Decimal128) => FeelNumber.Add(left, right),
        (string l, string r) => string.Concat(l, r),
        (DayTimeDuration l, DayTimeDuration r) => Duration(l.Nanoseconds, r.Nanoseconds),
        (YearMonthDuration l, YearMonthDuration r) => Months((Int128)l.TotalMonths + r.TotalMonths),
        (FeelDate or FeelDateTime or FeelTime, DayTimeDuration duration) => Shift(left, duration.Nanoseconds),
        (DayTimeDuration duration, FeelDate or FeelDateTime or FeelTime) => Shift(right, duration.Nanoseconds),
        (FeelDate or FeelDateTime, YearMonthDuration duration) => ShiftMonths(left, duration.TotalMonths),
        (YearMonthDuration duration, FeelDate or FeelDateTime) => ShiftMonths(right, duration.TotalMonths),
        _ => null,
    };

    public static object? Subtract(object? left, object? right) => (left, right) switch
    {
        (decimal or Decimal128, decimal or Decimal128) => FeelNumber.Subtract(left, right),
        (DayTimeDuration l, DayTimeDuration r) => Duration(l.Nanoseconds, -r.Nanoseconds),
        (YearMonthDuration l, YearMonthDuration r) => Months((Int128)l.TotalMonths - r.TotalMonths),
        (FeelDate or FeelDateTime or FeelTime, DayTimeDuration duration) => Shift(left, -duration.Nanoseconds),
        (FeelDate or FeelDateTime, YearMonthDuration duration) => ShiftMonths(left, -duration.TotalMonths),
        (FeelTime l, FeelTime r) => l.Zone is null == r.Zone is null ? new DayTimeDuration(l.UtcNanos - r.UtcNanos) : null,
        (FeelDate l, FeelDate r) => new DayTimeDuration((Int128)(l.EpochDay - r.EpochDay) * FeelTime.NanosPerDay),
        (FeelDate or FeelDateTime, FeelDate or FeelDateTime) => Between(AsDateTime(left), AsDateTime(right)),
        _ => null,
    };

    /// <summary>A date counts as its midnight in UTC.</summary>
    public static FeelDateTime AsDateTime(object date) =>
        date as FeelDateTime ?? new FeelDateTime((FeelDate)date, FeelTime.Midnight.In(FeelZone.Utc));

    private static DayTimeDuration? Between(FeelDateTime left, FeelDateTime right) =>
        left.Zone is null == right.Zone is null ? new DayTimeDuration(left.Instant - right.Instant) : null;

    private static DayTimeDuration? Duration(Int128 left, Int128 right)
    {
        try
        {
            return new DayTimeDuration(checked(left + right));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public static YearMonthDuration? Months(Int128 months) =>
        Int128.Abs(months) > long.MaxValue ? null : new YearMonthDuration((long)months);

    private static object? Shift(object value, Int128 nanos)
    {
        if (Int128.Abs(nanos) > (Int128)long.MaxValue * FeelTime.NanosPerSecond)
        {
            return null;
        }

        return value switch
        {
            FeelTime time => time.Add(nanos),
            FeelDate date => AsDateTime(date).Add(nanos)?.Date,
            _ => ((FeelDateTime)value).Add(nanos),
        };
    }

    private static object? ShiftMonths(object value, long months) =>
        value is FeelDate date ? date.AddMonths(months) : ((FeelDateTime)value).AddMonths(months);
}
