namespace Orchestrator.Workflows.Feel;

/// <summary>A date with a time; local where <see cref="Zone"/> is null.</summary>
public sealed record FeelDateTime(FeelDate Date, FeelTime Time)
{
    public FeelZone? Zone => Time.Zone;

    /// <summary>Nanoseconds since 1970-01-01T00:00 in UTC; a local value counts as if it were UTC.</summary>
    internal Int128 Instant
    {
        get
        {
            var local = (Int128)Date.EpochDay * FeelTime.NanosPerDay + Time.NanoOfDay;
            return Zone is null ? local : local - (Int128)Zone.OffsetAt(Date, Time) * FeelTime.NanosPerSecond;
        }
    }

    public static FeelDateTime From(DateTimeOffset value)
    {
        var date = FeelDate.From(DateOnly.FromDateTime(value.DateTime));
        return new FeelDateTime(date, FeelTime.FromNanoOfDay(value.TimeOfDay.Ticks * 100, FeelZone.FromOffset((long)value.Offset.TotalSeconds)));
    }

    public static FeelDateTime From(DateTime value)
    {
        var zone = value.Kind == DateTimeKind.Utc ? FeelZone.Utc : null;
        return new FeelDateTime(FeelDate.From(DateOnly.FromDateTime(value)), FeelTime.FromNanoOfDay(value.TimeOfDay.Ticks * 100, zone));
    }

    public static FeelDateTime? Parse(string text) => TemporalText.ParseDateTime(text);

    /// <summary>Adds a duration on the time line: a named zone's change of offset is taken into account.</summary>
    public FeelDateTime? Add(Int128 nanos) => FromInstant(Instant + nanos, Zone);

    public FeelDateTime? AddMonths(long months) => Date.AddMonths(months) is { } date ? new FeelDateTime(date, Time) : null;

    internal static FeelDateTime? FromInstant(Int128 instant, FeelZone? zone)
    {
        var local = instant;
        if (zone is not null)
        {
            var utcSeconds = FloorDivide(instant, FeelTime.NanosPerSecond);
            local += (Int128)zone.OffsetAtInstant(utcSeconds) * FeelTime.NanosPerSecond;
        }

        var day = FloorDivide(local, FeelTime.NanosPerDay);
        if (Int128.Abs(day) > 400_000_000_000L || FeelDate.FromEpochDay((long)day) is not { } date)
        {
            return null;
        }

        return new FeelDateTime(date, FeelTime.FromNanoOfDay((long)(local - day * FeelTime.NanosPerDay), zone));
    }

    /// <summary>The instant, where the years of <see cref="DateTimeOffset"/> reach; local values count as UTC.</summary>
    public DateTimeOffset? ToDateTimeOffset()
    {
        var ticks = FloorDivide(Instant, 100) + DateTime.UnixEpoch.Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null : new DateTimeOffset((long)ticks, TimeSpan.Zero);
    }

    private static Int128 FloorDivide(Int128 value, Int128 by)
    {
        var quotient = value / by;
        return value % by < 0 ? quotient - 1 : quotient;
    }

    public override string ToString() => $"{Date}T{Time}";
}
