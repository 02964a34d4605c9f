using System.Globalization;

namespace Orchestrator.Host.Campaigns;

/// <summary>The daily pace a goal demands, and how large figures are written.</summary>
public static class Pace
{
    /// <summary>Target divided by the days of the window, both ends included.</summary>
    public static decimal PerDay(Goal goal, DateWindow window) => goal.Target / window.Days;

    /// <summary>What should have been reached by the end of <paramref name="day"/> at an even pace.</summary>
    public static decimal ExpectedBy(Goal goal, DateWindow window, DateOnly day) =>
        PerDay(goal, window) * Math.Clamp(day.DayNumber - window.Start.DayNumber + 1, 0, window.Days);

    /// <summary>Chinese: 3,333万, 1.2亿. English: 33.33 million. Small figures keep one decimal: 8.0.</summary>
    public static string Text(decimal value, bool chinese)
    {
        var size = Math.Abs(value);
        if (chinese)
        {
            return size >= 100_000_000 ? Round(value / 100_000_000, 2) + "亿"
                : size >= 1_000_000 ? Round(value / 10_000, 0) + "万"
                : size >= 10_000 ? Round(value / 10_000, 2) + "万"
                : Small(value);
        }
        return size >= 1_000_000_000 ? Round(value / 1_000_000_000, 2) + " billion"
            : size >= 1_000_000 ? Round(value / 1_000_000, 2) + " million"
            : Small(value);
    }

    private static string Small(decimal value) =>
        Math.Abs(value) >= 1000 ? Round(value, 0) : value.ToString("#,##0.0", CultureInfo.InvariantCulture);

    private static string Round(decimal value, int decimals) =>
        Math.Round(value, decimals, MidpointRounding.AwayFromZero).ToString(decimals == 0 ? "#,##0" : "#,##0.##", CultureInfo.InvariantCulture);
}
