using System.Globalization;

namespace Orchestrator.Templates.Formatting;

/// <summary>Dates as readers of Chinese and English messages expect them.</summary>
internal static class DateText
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Styles: short (12月8日, 8 Dec), long (with the year), time (15:00), full (short and time), iso.</summary>
    public static string Write(object? value, string style, bool chinese)
    {
        var moment = value switch
        {
            DateOnly date => date.ToDateTime(TimeOnly.MinValue),
            DateTimeOffset instant => instant.DateTime,
            _ => throw new TemplateException($"The helper 'date' takes a date, not '{value}'."),
        };
        return style switch
        {
            "short" => moment.ToString(chinese ? "M月d日" : "d MMM", English),
            "long" => moment.ToString(chinese ? "yyyy年M月d日" : "d MMMM yyyy", English),
            "time" => moment.ToString("HH:mm", English),
            "full" => moment.ToString(chinese ? "M月d日 HH:mm" : "d MMM HH:mm", English),
            "iso" => moment.ToString("yyyy-MM-dd", English),
            _ => throw new TemplateException($"There is no date style '{style}'; known are short, long, time, full, iso."),
        };
    }
}
