using System.Globalization;

namespace Orchestrator.Workflows.Feel;

/// <summary>A calendar date of the proleptic Gregorian calendar, years -999,999,999 to 999,999,999.</summary>
public sealed record FeelDate : IComparable<FeelDate>
{
    public const int MaxYear = 999_999_999;

    private FeelDate(int year, int month, int day) => (Year, Month, Day) = (year, month, day);

    public int Year { get; }

    public int Month { get; }

    public int Day { get; }

    /// <summary>Days since 1970-01-01.</summary>
    public long EpochDay => CivilCalendar.ToEpochDay(Year, Month, Day);

    /// <summary>ISO: 1 is Monday, 7 is Sunday.</summary>
    public int Weekday => (int)(((EpochDay + 3) % 7 + 7) % 7) + 1;

    public static FeelDate? Create(long year, long month, long day) =>
        year is < -MaxYear or > MaxYear || month is < 1 or > 12 || day < 1 || day > CivilCalendar.DaysInMonth(year, (int)month)
            ? null
            : new FeelDate((int)year, (int)month, (int)day);

    public static FeelDate From(DateOnly date) => new(date.Year, date.Month, date.Day);

    public static FeelDate? FromEpochDay(long epochDay)
    {
        if (Math.Abs(epochDay) > 400_000_000_000L)
        {
            return null;
        }

        var (year, month, day) = CivilCalendar.FromEpochDay(epochDay);
        return Create(year, month, day);
    }

    public static FeelDate? Parse(string text) => TemporalText.ParseDate(text);

    /// <summary>Adds months and keeps the day, or takes the last one of a shorter month.</summary>
    public FeelDate? AddMonths(long months)
    {
        var total = (Int128)Year * 12 + (Month - 1) + months;
        var year = Int128.IsNegative(total) ? (total - 11) / 12 : total / 12;
        if (year < -MaxYear || year > MaxYear)
        {
            return null;
        }

        var month = (int)(total - year * 12) + 1;
        return Create((long)year, month, Math.Min(Day, CivilCalendar.DaysInMonth((long)year, month)));
    }

    public int CompareTo(FeelDate? other) => other is null ? 1 : (Year, Month, Day).CompareTo((other.Year, other.Month, other.Day));

    public static bool operator <(FeelDate left, FeelDate right) => left.CompareTo(right) < 0;

    public static bool operator >(FeelDate left, FeelDate right) => left.CompareTo(right) > 0;

    public static bool operator <=(FeelDate left, FeelDate right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FeelDate left, FeelDate right) => left.CompareTo(right) >= 0;

    public override string ToString()
    {
        var year = Math.Abs((long)Year).ToString("0000", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{(Year < 0 ? "-" : "")}{year}-{Month:00}-{Day:00}");
    }
}
