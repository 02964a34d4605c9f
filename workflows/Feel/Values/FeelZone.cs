using System.Globalization;

namespace Orchestrator.Workflows.Feel;

/// <summary>A fixed offset from UTC or a named (IANA) time zone.</summary>
public sealed record FeelZone
{
    /// <summary>The largest offset that is accepted, in seconds.</summary>
    public const int MaxOffset = 18 * 3600;

    private readonly TimeZoneInfo? rules;

    private FeelZone(string? id, int offset, TimeZoneInfo? rules) => (Id, FixedOffset, this.rules) = (id, offset, rules);

    public static FeelZone Utc { get; } = new(null, 0, null);

    /// <summary>The IANA name, or null for a fixed offset.</summary>
    public string? Id { get; }

    private int FixedOffset { get; }

    public static FeelZone? FromOffset(long seconds) =>
        Math.Abs(seconds) > MaxOffset ? null : seconds == 0 ? Utc : new FeelZone(null, (int)seconds, null);

    public static FeelZone? FromId(string id) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(id, out var rules) && rules.HasIanaId ? new FeelZone(id, 0, rules) : null;

    /// <summary>The offset in seconds at a local time of this zone.</summary>
    public int OffsetAt(FeelDate date, FeelTime time) =>
        rules is null ? FixedOffset : (int)rules.GetUtcOffset(ToLocal(date, time)).TotalSeconds;

    /// <summary>The offset in seconds for a time that has no date: the zone's standard offset.</summary>
    public int OffsetWithoutDate => rules is null ? FixedOffset : (int)rules.BaseUtcOffset.TotalSeconds;

    internal int OffsetAtInstant(Int128 utcSeconds)
    {
        if (rules is null)
        {
            return FixedOffset;
        }

        var days = (long)Math.Clamp((double)utcSeconds / 86_400, -719_000, 2_932_000);
        var seconds = (long)(utcSeconds % 86_400);
        return (int)rules.GetUtcOffset(DateTime.UnixEpoch.AddDays(Math.Floor((double)days)).AddSeconds(seconds < 0 ? seconds + 86_400 : seconds)).TotalSeconds;
    }

    // The system's zone rules cover the years 1 to 9999; outside of them the nearest year's rules are taken.
    private static DateTime ToLocal(FeelDate date, FeelTime time)
    {
        var year = Math.Clamp(date.Year, 2, 9998);
        var day = Math.Min(date.Day, DateTime.DaysInMonth(year, date.Month));
        return new DateTime(year, date.Month, day, time.Hour, time.Minute, time.Second, DateTimeKind.Unspecified);
    }

    public bool Equals(FeelZone? other) => other is not null && Id == other.Id && FixedOffset == other.FixedOffset;

    public override int GetHashCode() => HashCode.Combine(Id, FixedOffset);

    public override string ToString() => Id is null ? OffsetText(FixedOffset) : "@" + Id;

    private static string OffsetText(int offset)
    {
        if (offset == 0)
        {
            return "Z";
        }

        var (sign, rest) = (offset < 0 ? '-' : '+', Math.Abs(offset));
        var text = string.Create(CultureInfo.InvariantCulture, $"{sign}{rest / 3600:00}:{rest / 60 % 60:00}");
        return rest % 60 == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}:{rest % 60:00}");
    }
}
