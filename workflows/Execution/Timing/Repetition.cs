using System.Globalization;

namespace Orchestrator.Workflows.Execution.Timing;

/// <summary>An ISO 8601 repeating interval: <c>R3/PT1H</c>, <c>R/2026-01-01T09:00:00Z/P1D</c>, <c>R5/P1WD</c>.</summary>
/// <param name="Times">How often it fires; null for ever.</param>
/// <param name="Start">When it fires first; null means one interval from now.</param>
/// <param name="End">After which it fires no more.</param>
internal sealed record Repetition(int? Times, string? Start, Duration Interval, string? End)
{
    internal static Repetition? TryParse(string text)
    {
        var parts = text.Trim().Split('/');
        if (parts.Length is < 2 or > 3 || parts[0] is not ['R', ..])
            return null;
        int? times = null;
        if (parts[0].Length > 1)
        {
            if (!int.TryParse(parts[0].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return null;
            times = count;
        }
        if (parts.Length == 2)
            return Duration.TryParse(parts[1]) is { IsPositive: true } only ? new(times, null, only, null) : null;
        if (Duration.TryParse(parts[2]) is { IsPositive: true } interval)
            return Moment.TryParse(parts[1], TimeZoneInfo.Utc) is null ? null : new(times, parts[1], interval, null);
        return Duration.TryParse(parts[1]) is { IsPositive: true } first && Moment.TryParse(parts[2], TimeZoneInfo.Utc) is not null
            ? new(times, null, first, parts[2]) : null;
    }
}
