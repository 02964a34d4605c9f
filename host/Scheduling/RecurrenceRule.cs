using System.Text.RegularExpressions;

namespace Orchestrator.Host.Scheduling;

/// <summary>What is wrong with a recurrence rule: key of the text and its arguments.</summary>
public sealed record RecurrenceProblem(string TextKey, params object[] Args);

/// <summary>A day of the week; with a number, which of a month: 1 the first, -1 the last, 0 every.</summary>
public readonly record struct RecurrenceDay(int Ordinal, DayOfWeek Day);

/// <summary>
/// Recurrence rules of RFC 5545 (section 3.3.10) for days: DAILY, WEEKLY and MONTHLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS and
/// WKST. The time of day is given beside the rule. What is not understood is refused by name, never left out. Immutable and thread-safe.
/// </summary>
public sealed partial record RecurrenceRule
{
    private RecurrenceRule() { }

    public required string Frequency { get; init; }
    public int Interval { get; private init; } = 1;
    public int? Count { get; private init; }

    /// <summary>Local time of the last moment, or with <see cref="IsUntilUtc"/> in UTC; a date without a time holds to its end.</summary>
    public DateTime? Until { get; private init; }
    public bool IsUntilUtc { get; private init; }
    public IReadOnlyList<RecurrenceDay> ByDay { get; private init; } = [];
    public IReadOnlyList<int> ByMonthDay { get; private init; } = [];
    public IReadOnlyList<int> ByMonth { get; private init; } = [];
    public IReadOnlyList<int> BySetPosition { get; private init; } = [];
    public DayOfWeek WeekStart { get; private init; } = DayOfWeek.Monday;

    /// <summary>The moments of the rule from a first day on, up to the end of <paramref name="last"/>; they are counted from the first day.</summary>
    /// <param name="first">The first day that may be one.</param>
    /// <param name="time">Time of day. One that the clocks skip moves on by the gap, one that comes twice is the first of the two.</param>
    /// <param name="zone">Where the days are.</param>
    /// <param name="last">The last day that may be one.</param>
    public IEnumerable<DateTimeOffset> Moments(DateOnly first, TimeOnly time, TimeZoneInfo zone, DateOnly last)
    {
        var count = 0;
        foreach (var day in Days(first, last))
        {
            var at = InstantOf(day, time, zone);
            if (count++ == Count || (Until is { } until && (IsUntilUtc ? at.UtcDateTime > until : day.ToDateTime(time) > until)))
                yield break;
            yield return at;
        }
    }

    /// <summary>Without COUNT and UNTIL.</summary>
    private IEnumerable<DateOnly> Days(DateOnly first, DateOnly last)
    {
        for (var period = 0; Period(first, period) is { } set && set.Begins <= last; period++)
        {
            foreach (var day in set.Days.Where(day => day >= first && day <= last))
                yield return day;
        }
    }

    /// <returns>The days of a period in order; null: the calendar ends.</returns>
    private (DateOnly Begins, IReadOnlyList<DateOnly> Days)? Period(DateOnly first, int number)
    {
        var begins = Frequency switch
        {
            "DAILY" => first,
            "WEEKLY" => first.AddDays(-(((int)first.DayOfWeek - (int)WeekStart + 7) % 7)),
            _ => new DateOnly(first.Year, first.Month, 1),
        };
        var steps = (long)number * Interval * (Frequency == "WEEKLY" ? 7 : 1);
        var monthsLeft = ((DateOnly.MaxValue.Year - begins.Year) * 12L) + 12 - begins.Month;
        if (Frequency == "MONTHLY" ? steps > monthsLeft : steps + 6 > DateOnly.MaxValue.DayNumber - begins.DayNumber)
            return null;
        begins = Frequency == "MONTHLY" ? begins.AddMonths((int)steps) : begins.AddDays((int)steps);
        var length = Frequency switch { "DAILY" => 1, "WEEKLY" => 7, _ => DateTime.DaysInMonth(begins.Year, begins.Month) };
        var days = Enumerable.Range(0, length).Select(i => begins.AddDays(i)).Where(day => IsOne(first, day)).ToList();
        return (begins, BySetPosition.Count == 0 ? days : [.. days.Where((_, i) => BySetPosition.Contains(i + 1) || BySetPosition.Contains(i - days.Count))]);
    }

    private bool IsOne(DateOnly first, DateOnly day)
    {
        var inMonth = DateTime.DaysInMonth(day.Year, day.Month);
        if (ByMonth.Count > 0 && !ByMonth.Contains(day.Month))
            return false;
        if (ByMonthDay.Count > 0 && !ByMonthDay.Contains(day.Day) && !ByMonthDay.Contains(day.Day - inMonth - 1))
            return false;
        if (ByDay.Count > 0)
            return ByDay.Any(one => one.Day == day.DayOfWeek && (one.Ordinal == 0 || one.Ordinal == ((day.Day - 1) / 7) + 1 || one.Ordinal == -(((inMonth - day.Day) / 7) + 1)));
        // What no part says is as on the first day.
        return Frequency switch { "WEEKLY" => day.DayOfWeek == first.DayOfWeek, "MONTHLY" when ByMonthDay.Count == 0 => day.Day == first.Day, _ => true };
    }

    /// <summary>A local time as RFC 5545 (section 3.3.5) means it.</summary>
    public static DateTimeOffset InstantOf(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        if (zone.IsAmbiguousTime(local))
            return new DateTimeOffset(local, zone.GetAmbiguousTimeOffsets(local).Max());
        var before = local;
        while (zone.IsInvalidTime(before))
            before = before.AddMinutes(-15);
        return TimeZoneInfo.ConvertTime(new DateTimeOffset(local, zone.GetUtcOffset(before)), zone);
    }

    [GeneratedRegex("^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$")]
    private static partial Regex DayPattern();
}
