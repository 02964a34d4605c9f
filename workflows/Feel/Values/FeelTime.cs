using System.Globalization;

namespace Orchestrator.Workflows.Feel;

/// <summary>A time of day to the nanosecond, local (<see cref="Zone"/> null), with an offset, or in a named zone.</summary>
public sealed record FeelTime
{
    internal const long NanosPerSecond = 1_000_000_000;
    internal const long NanosPerDay = 86_400 * NanosPerSecond;

    private FeelTime(int hour, int minute, int second, int nanosecond, FeelZone? zone) =>
        (Hour, Minute, Second, Nanosecond, Zone) = (hour, minute, second, nanosecond, zone);

    public static FeelTime Midnight { get; } = new(0, 0, 0, 0, null);

    public int Hour { get; }

    public int Minute { get; }

    public int Second { get; }

    public int Nanosecond { get; }

    public FeelZone? Zone { get; }

    internal long NanoOfDay => (Hour * 3600L + Minute * 60 + Second) * NanosPerSecond + Nanosecond;

    public static FeelTime? Create(long hour, long minute, long second, long nanosecond = 0, FeelZone? zone = null) =>
        hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || nanosecond is < 0 or >= NanosPerSecond
            ? null
            : new FeelTime((int)hour, (int)minute, (int)second, (int)nanosecond, zone);

    public static FeelTime From(TimeOnly time) => FromNanoOfDay(time.Ticks * 100, null);

    public static FeelTime? Parse(string text) => TemporalText.ParseTime(text);

    internal static FeelTime FromNanoOfDay(long nanos, FeelZone? zone)
    {
        var (seconds, rest) = Math.DivRem(nanos, NanosPerSecond);
        return new FeelTime((int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60), (int)rest, zone);
    }

    public FeelTime In(FeelZone? zone) => new(Hour, Minute, Second, Nanosecond, zone);

    /// <summary>Adds a duration and wraps around midnight.</summary>
    public FeelTime Add(Int128 nanos)
    {
        var sum = (NanoOfDay + nanos) % NanosPerDay;
        return FromNanoOfDay((long)(sum < 0 ? sum + NanosPerDay : sum), Zone);
    }

    /// <summary>Nanoseconds since midnight UTC; may be negative. Local times count as they are.</summary>
    internal long UtcNanos => NanoOfDay - (Zone?.OffsetWithoutDate ?? 0) * NanosPerSecond;

    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Hour:00}:{Minute:00}:{Second:00}");
        return text + TemporalText.Fraction(Nanosecond) + Zone;
    }
}
