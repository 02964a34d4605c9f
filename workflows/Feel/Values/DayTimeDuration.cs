using System.Globalization;
using System.Text;

namespace Orchestrator.Workflows.Feel;

/// <summary>A days and time duration, exact to the nanosecond.</summary>
public sealed record DayTimeDuration(Int128 Nanoseconds) : IComparable<DayTimeDuration>
{
    public static DayTimeDuration From(TimeSpan span) => new((Int128)span.Ticks * 100);

    /// <summary>Whole days, with the sign of the duration (as the other parts).</summary>
    public Int128 Days => Nanoseconds / FeelTime.NanosPerDay;

    public int Hours => (int)(Nanoseconds % FeelTime.NanosPerDay / (3600 * FeelTime.NanosPerSecond));

    public int Minutes => (int)(Nanoseconds % (3600 * FeelTime.NanosPerSecond) / (60 * FeelTime.NanosPerSecond));

    public int Seconds => (int)(Nanoseconds % (60 * FeelTime.NanosPerSecond) / FeelTime.NanosPerSecond);

    /// <summary>As a TimeSpan (to 100 ns), or null where it is too long for one.</summary>
    public TimeSpan? ToTimeSpan()
    {
        var ticks = Nanoseconds / 100;
        return ticks < long.MinValue || ticks > long.MaxValue ? null : new TimeSpan((long)ticks);
    }

    public int CompareTo(DayTimeDuration? other) => other is null ? 1 : Nanoseconds.CompareTo(other.Nanoseconds);

    public static bool operator <(DayTimeDuration left, DayTimeDuration right) => left.CompareTo(right) < 0;

    public static bool operator >(DayTimeDuration left, DayTimeDuration right) => left.CompareTo(right) > 0;

    public static bool operator <=(DayTimeDuration left, DayTimeDuration right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DayTimeDuration left, DayTimeDuration right) => left.CompareTo(right) >= 0;

    public override string ToString()
    {
        if (Nanoseconds == 0)
        {
            return "PT0S";
        }

        var size = Int128.Abs(Nanoseconds);
        var text = new StringBuilder(Nanoseconds < 0 ? "-P" : "P");
        Append(text, size / FeelTime.NanosPerDay, 'D');
        var time = (long)(size % FeelTime.NanosPerDay);
        if (time == 0)
        {
            return text.ToString();
        }

        text.Append('T');
        var (seconds, nanos) = Math.DivRem(time, FeelTime.NanosPerSecond);
        Append(text, seconds / 3600, 'H');
        Append(text, seconds / 60 % 60, 'M');
        if (seconds % 60 != 0 || nanos != 0)
        {
            text.Append((seconds % 60).ToString(CultureInfo.InvariantCulture)).Append(TemporalText.Fraction((int)nanos)).Append('S');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Int128 value, char unit)
    {
        if (value != 0)
        {
            text.Append(value.ToString(CultureInfo.InvariantCulture)).Append(unit);
        }
    }
}
