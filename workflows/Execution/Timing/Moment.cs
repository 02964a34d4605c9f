using System.Globalization;

namespace Orchestrator.Workflows.Execution.Timing;

/// <summary>An ISO 8601 date or date and time. Without an offset it is local to a zone; a bare date is its midnight.</summary>
internal static class Moment
{
    private static readonly string[] WithOffset =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyyMMdd'T'HHmmssK"];

    private static readonly string[] Local =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    internal static DateTimeOffset? TryParse(string text, TimeZoneInfo zone)
    {
        var trimmed = text.Trim();
        if (trimmed.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket && trimmed.EndsWith(']'))
            return TimeZoneInfo.TryFindSystemTimeZoneById(trimmed[(bracket + 1)..^1], out var named) ? TryParse(trimmed[..bracket], named) : null;
        if (trimmed.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
            return TimeZoneInfo.TryFindSystemTimeZoneById(trimmed[(at + 1)..], out var feelZone) ? TryParse(trimmed[..at], feelZone) : null;
        if (DateTime.TryParseExact(trimmed, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return WorkingTime.ToInstant(local, zone);
        return DateTimeOffset.TryParseExact(trimmed, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact)
            ? exact.ToUniversalTime() : null;
    }

    /// <summary>Whether its meaning depends on a zone.</summary>
    internal static bool IsLocal(string text) =>
        DateTime.TryParseExact(text.Trim(), Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
