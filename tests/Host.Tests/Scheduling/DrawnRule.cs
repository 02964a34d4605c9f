using System.Globalization;

namespace Orchestrator.Host.Tests.Scheduling;

/// <summary>A rule drawn at random, and a slow way of its own to say whether a day is one of it.</summary>
internal sealed record DrawnRule(string Frequency, int Interval, int Count, int[] MonthDays, (int Ordinal, DayOfWeek Day)[] WeekDays, int[] Months, DayOfWeek WeekStart)
{
    private static readonly string[] Names = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    public string Text
    {
        get
        {
            var parts = new List<string> { $"FREQ={Frequency}", $"INTERVAL={Interval}", $"COUNT={Count}", $"WKST={Names[(int)WeekStart]}" };
            if (MonthDays.Length > 0)
                parts.Add($"BYMONTHDAY={string.Join(',', MonthDays)}");
            if (WeekDays.Length > 0)
                parts.Add($"BYDAY={string.Join(',', WeekDays.Select(day => (day.Ordinal == 0 ? "" : day.Ordinal.ToString(CultureInfo.InvariantCulture)) + Names[(int)day.Day]))}");
            if (Months.Length > 0)
                parts.Add($"BYMONTH={string.Join(',', Months)}");
            return string.Join(';', parts);
        }
    }

    public static DrawnRule Draw(Random random)
    {
        var frequency = new[] { "DAILY", "WEEKLY", "MONTHLY" }[random.Next(3)];
        int[] monthDays = frequency != "WEEKLY" && random.Next(3) == 0 ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 32) * (random.Next(2) == 0 ? 1 : -1))] : [];
        (int, DayOfWeek)[] weekDays = random.Next(2) == 0 ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (frequency == "MONTHLY" && random.Next(2) == 0 ? random.Next(1, 6) * (random.Next(2) == 0 ? 1 : -1) : 0, (DayOfWeek)random.Next(7)))] : [];
        int[] months = random.Next(4) == 0 ? [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(1, 13))] : [];
        return new DrawnRule(frequency, random.Next(1, 5), random.Next(1, 60), monthDays, weekDays, months, (DayOfWeek)random.Next(7));
    }

    public bool Holds(DateOnly first, DateOnly day) =>
        (Months.Length == 0 || Months.Contains(day.Month)) && IsInPeriod(first, day) && IsOnMonthDay(first, day) && IsOnWeekDay(first, day);

    private bool IsInPeriod(DateOnly first, DateOnly day) => Frequency switch
    {
        "DAILY" => (day.DayNumber - first.DayNumber) % Interval == 0,
        "WEEKLY" => (Week(day) - Week(first)) % Interval == 0,
        _ => (((day.Year - first.Year) * 12) + day.Month - first.Month) % Interval == 0,
    };

    /// <summary>Weeks since a week that began on the day on which weeks begin.</summary>
    private int Week(DateOnly day)
    {
        var origin = new DateOnly(2000, 1, 2).AddDays((int)WeekStart);   // 2 January 2000 was a Sunday
        return (day.DayNumber - origin.DayNumber) / 7;
    }

    private bool IsOnMonthDay(DateOnly first, DateOnly day)
    {
        if (MonthDays.Length == 0)
            return Frequency != "MONTHLY" || WeekDays.Length > 0 || day.Day == first.Day;
        var backwards = Enumerable.Range(1, 31).First(n => day.AddDays(n).Day == 1);   // 1: the last of its month
        return MonthDays.Contains(day.Day) || MonthDays.Contains(-backwards);
    }

    private bool IsOnWeekDay(DateOnly first, DateOnly day)
    {
        if (WeekDays.Length == 0)
            return Frequency != "WEEKLY" || day.DayOfWeek == first.DayOfWeek;
        var alike = Enumerable.Range(1, DateTime.DaysInMonth(day.Year, day.Month)).Select(number => new DateOnly(day.Year, day.Month, number)).Where(other => other.DayOfWeek == day.DayOfWeek).ToList();
        var place = alike.IndexOf(day);
        return WeekDays.Any(one => one.Day == day.DayOfWeek && (one.Ordinal == 0 || one.Ordinal == place + 1 || one.Ordinal == place - alike.Count));
    }
}
