using System.Globalization;

namespace Orchestrator.Workflows.Feel;

/// <summary>Calendar functions (10.3.4.8) and those that make dates and times of their parts (10.3.4.1).</summary>
internal static class TemporalFunctions
{
    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("date", "from: any", DateFrom).Or("year: number, month: number, day: number", DateOf),
        BuiltIn.Of("time", "from: any", TimeFrom).Or("hour: number, minute: number, second: number, offset: days and time duration?~", TimeOf),
        BuiltIn.Of("date and time", "from: any", MomentFrom)
            .Or("date: any, time: time", MomentOf)
            .Or("year: number, month: number, day: number, hour: number, minute: number, second: number, offset: days and time duration?~", MomentOfParts)
            .Or("year: number, month: number, day: number, hour: number, minute: number, second: number, timezone: string", MomentOfParts),
        BuiltIn.Of("now", "", (call, _) => call.Run.Limits.Now is { } now ? FeelDateTime.From(now) : call.Fail("now(): no clock is given here.")),
        BuiltIn.Of("today", "", (call, _) => call.Run.Limits.Now is { } now ? FeelDateTime.From(now).Date : call.Fail("today(): no clock is given here.")),
        OfDate("day of year", date => (decimal)(date.EpochDay - CivilCalendar.ToEpochDay(date.Year, 1, 1) + 1)),
        OfDate("day of week", date => Days[date.Weekday - 1]),
        OfDate("month of year", date => Months[date.Month - 1]),
        OfDate("week of year", date => (decimal)WeekOfYear(date)),
    ];

    private static BuiltIn OfDate(string name, Func<FeelDate, object?> compute) =>
        BuiltIn.Of(name, "date: any", (call, a) => AsDate(a[0]) is { } date ? compute(date) : call.Fail($"{name}(): the argument is no date."));

    private static FeelDate? AsDate(object? value) => value as FeelDate ?? (value as FeelDateTime)?.Date;

    // ISO 8601: the week that holds the year's first Thursday is week 1.
    private static long WeekOfYear(FeelDate date)
    {
        var thursday = date.EpochDay - date.Weekday + 4;
        var year = CivilCalendar.FromEpochDay(thursday).Year;
        return (thursday - CivilCalendar.ToEpochDay(year, 1, 1)) / 7 + 1;
    }

    private static object? DateFrom(Invocation call, object?[] a) => a[0] switch
    {
        string text => FeelDate.Parse(text) ?? call.Fail($"date(): '{text}' is no date."),
        FeelDate date => date,
        FeelDateTime moment => moment.Date,
        _ => call.Fail("date(): the argument is no text, date, or date and time."),
    };

    private static object? DateOf(Invocation call, object?[] a) =>
        FeelDate.Create(Whole(a[0]), Whole(a[1]), Whole(a[2])) ?? call.Fail("date(): there is no such day.");

    private static object? TimeFrom(Invocation call, object?[] a) => a[0] switch
    {
        string text => FeelTime.Parse(text) ?? call.Fail($"time(): '{text}' is no time."),
        FeelTime time => time,
        FeelDateTime moment => moment.Time,
        FeelDate => FeelTime.Midnight.In(FeelZone.Utc),
        _ => call.Fail("time(): the argument is no text, time, or date and time."),
    };

    private static object? TimeOf(Invocation call, object?[] a) =>
        Time(a[0], a[1], a[2], a[3]) ?? call.Fail("time(): there is no such time.");

    private static object? MomentFrom(Invocation call, object?[] a) => a[0] switch
    {
        string text => FeelDateTime.Parse(text) ?? call.Fail($"date and time(): '{text}' is no date and time."),
        FeelDateTime moment => moment,
        FeelDate date => Semantics.Addition.AsDateTime(date),
        _ => call.Fail("date and time(): the argument is no text, date, or date and time."),
    };

    private static object? MomentOf(Invocation call, object?[] a) =>
        AsDate(a[0]) is { } date ? new FeelDateTime(date, (FeelTime)a[1]!) : call.Fail("date and time(): the first argument is no date.");

    private static object? MomentOfParts(Invocation call, object?[] a) =>
        FeelDate.Create(Whole(a[0]), Whole(a[1]), Whole(a[2])) is { } date && Time(a[3], a[4], a[5], a[6]) is { } time
            ? new FeelDateTime(date, time)
            : call.Fail("date and time(): there is no such moment.");

    private static FeelTime? Time(object? hour, object? minute, object? second, object? zone)
    {
        var zoneFound = zone switch
        {
            null => null,
            string id => FeelZone.FromId(id),
            var offset => Int128.Abs(((DayTimeDuration)offset).Nanoseconds) <= (Int128)FeelZone.MaxOffset * FeelTime.NanosPerSecond
                ? FeelZone.FromOffset((long)(((DayTimeDuration)offset).Nanoseconds / FeelTime.NanosPerSecond))
                : null,
        };
        var nanos = second is decimal exact && Math.Abs(exact) < 100 ? (long)((exact - Math.Truncate(exact)) * FeelTime.NanosPerSecond) : 0;
        return zone is not null && zoneFound is null ? null : FeelTime.Create(Whole(hour), Whole(minute), Whole(second), nanos, zoneFound);
    }

    // A part out of reach gives a part that no date or time has.
    private static long Whole(object? number) => FeelNumber.ToLong(number) ?? long.MaxValue;
}
