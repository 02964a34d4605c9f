namespace Orchestrator.Workflows.Feel;

/// <summary>Day counting for years that <see cref="DateTime"/> does not reach. Works in eras of 400 years starting in March.</summary>
internal static class CivilCalendar
{
    private const long DaysPerEra = 146_097;
    private const long DaysFromYearZeroToEpoch = 719_468;

    public static bool IsLeapYear(long year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => IsLeapYear(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    public static long ToEpochDay(long year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = (year >= 0 ? year : year - 399) / 400;
        var yearOfEra = year - era * 400;
        var dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        var dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DaysPerEra + dayOfEra - DaysFromYearZeroToEpoch;
    }

    public static (long Year, int Month, int Day) FromEpochDay(long epochDay)
    {
        var days = epochDay + DaysFromYearZeroToEpoch;
        var era = (days >= 0 ? days : days - (DaysPerEra - 1)) / DaysPerEra;
        var dayOfEra = days - era * DaysPerEra;
        var yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var shifted = (5 * dayOfYear + 2) / 153;
        var day = (int)(dayOfYear - (153 * shifted + 2) / 5) + 1;
        var month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }
}
