using System.Globalization;

namespace Orchestrator.Workflows.Execution.Timing;

/// <summary>A cron line: seconds, minutes, hours, day of month, month, day of week; five fields mean second 0. Lists, ranges, steps and names.</summary>
internal sealed class CronSchedule
{
    // Leap days on a given weekday come every 28 years at most; past that the line never fires.
    private const int MaxDays = 366 * 29;

    private static readonly string[] MonthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] DayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly bool[] seconds, minutes, hours, daysOfMonth, months, daysOfWeek;
    private readonly bool anyDayOfMonth, anyDayOfWeek;

    private CronSchedule(bool[][] fields, bool anyDayOfMonth, bool anyDayOfWeek)
    {
        (seconds, minutes, hours, daysOfMonth, months, daysOfWeek) = (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
        (this.anyDayOfMonth, this.anyDayOfWeek) = (anyDayOfMonth, anyDayOfWeek);
    }

    internal static CronSchedule? TryParse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 5)
            parts = ["0", .. parts];
        if (parts.Length != 6)
            return null;
        var fields = new[]
        {
            Field(parts[0], 0, 59, null), Field(parts[1], 0, 59, null), Field(parts[2], 0, 23, null),
            Field(parts[3], 1, 31, null), Field(parts[4], 1, 12, MonthNames), Field(parts[5], 0, 7, DayNames),
        };
        if (fields.Any(f => f is null))
            return null;
        fields[5]![0] |= fields[5]![7];
        return new(fields!, parts[3] is "*" or "?", parts[5] is "*" or "?");
    }

    /// <summary>The first match strictly after a moment; null if there is none.</summary>
    internal DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        var day = DateOnly.FromDateTime(local);
        for (var i = 0; i < MaxDays; i++, day = day.AddDays(1))
        {
            if (!Matches(day))
                continue;
            foreach (var time in Times())
            {
                var instant = WorkingTime.ToInstant(day.ToDateTime(time), zone);
                if (instant > after)
                    return instant;
            }
        }
        return null;
    }

    private bool Matches(DateOnly day)
    {
        if (!months[day.Month])
            return false;
        var byMonth = daysOfMonth[day.Day];
        var byWeek = daysOfWeek[(int)day.DayOfWeek];
        // As everywhere in cron: two restrictions are alternatives.
        return anyDayOfMonth || anyDayOfWeek ? byMonth && byWeek : byMonth || byWeek;
    }

    private IEnumerable<TimeOnly> Times()
    {
        for (var h = 0; h < 24; h++)
        {
            for (var m = 0; hours[h] && m < 60; m++)
            {
                for (var s = 0; minutes[m] && s < 60; s++)
                {
                    if (seconds[s])
                        yield return new TimeOnly(h, m, s);
                }
            }
        }
    }

    private static bool[]? Field(string text, int from, int to, string[]? names)
    {
        var set = new bool[to + 1];
        foreach (var item in text.Split(','))
        {
            var (range, step) = item.Split('/') switch
            {
                [var only] => (only, 1),
                [var head, var tail] when int.TryParse(tail, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 => (head, n),
                _ => ("", 0),
            };
            if (step == 0 || Range(range, from, to, names, item.Contains('/', StringComparison.Ordinal)) is not var (first, last))
                return null;
            for (var i = first; i <= last; i += step)
                set[i] = true;
        }
        return set;
    }

    private static (int First, int Last)? Range(string text, int from, int to, string[]? names, bool stepped)
    {
        if (text is "*" or "?")
            return (from, names == DayNames ? 6 : to);
        var ends = text.Split('-');
        if (ends.Length > 2 || Number(ends[0], names) is not { } first || Number(ends[^1], names) is not { } last)
            return null;
        if (ends.Length == 1 && stepped)
            last = to;
        return first >= from && last <= to && first <= last ? (first, last) : null;
    }

    private static int? Number(string text, string[]? names)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        var index = names is null ? -1 : Array.IndexOf(names, text.ToUpperInvariant());
        return index < 0 ? null : index + (names!.Length == 12 ? 1 : 0);
    }
}
