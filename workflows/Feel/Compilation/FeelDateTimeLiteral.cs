namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>The literals <c>@"…"</c>: a date, time, date and time or duration.</summary>
internal static class FeelDateTimeLiteral
{
    public static object? Parse(string text)
    {
        if (text.StartsWith('P') || text.StartsWith("-P", StringComparison.Ordinal))
        {
            return TemporalText.ParseDuration(text);
        }

        return text.Contains('T', StringComparison.Ordinal) && FeelDateTime.Parse(text) is { } moment
            ? moment
            : (object?)FeelDate.Parse(text) ?? FeelTime.Parse(text);
    }
}
