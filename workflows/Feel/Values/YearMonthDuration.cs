using System.Globalization;

namespace Orchestrator.Workflows.Feel;

/// <summary>A years and months duration.</summary>
public sealed record YearMonthDuration(long TotalMonths) : IComparable<YearMonthDuration>
{
    /// <summary>Whole years, with the sign of the duration.</summary>
    public long Years => TotalMonths / 12;

    /// <summary>The months beside the whole years, with the sign of the duration.</summary>
    public int Months => (int)(TotalMonths % 12);

    public int CompareTo(YearMonthDuration? other) => other is null ? 1 : TotalMonths.CompareTo(other.TotalMonths);

    public static bool operator <(YearMonthDuration left, YearMonthDuration right) => left.CompareTo(right) < 0;

    public static bool operator >(YearMonthDuration left, YearMonthDuration right) => left.CompareTo(right) > 0;

    public static bool operator <=(YearMonthDuration left, YearMonthDuration right) => left.CompareTo(right) <= 0;

    public static bool operator >=(YearMonthDuration left, YearMonthDuration right) => left.CompareTo(right) >= 0;

    public override string ToString()
    {
        if (TotalMonths == 0)
        {
            return "P0M";
        }

        var (sign, years, months) = (TotalMonths < 0 ? "-" : "", Math.Abs(Years), Math.Abs(Months));
        var yearText = years == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{years}Y");
        var monthText = months == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{months}M");
        return $"{sign}P{yearText}{monthText}";
    }
}
