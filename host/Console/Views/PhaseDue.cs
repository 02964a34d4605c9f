using System.Globalization;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>When a phase of a form is due, by what is typed so far: on a day, or so many days from the launch.</summary>
/// <param name="At">The moment in the brief's zone.</param>
/// <param name="Label">T-3, where it follows from the launch.</param>
/// <param name="Zone">Name of the zone.</param>
/// <param name="IsMoved">The clocks skip the time that was typed.</param>
public sealed record PhaseDue(DateTimeOffset At, string? Label, string Zone, bool IsMoved)
{
    public const string OnDay = "day";
    public const string FromLaunch = "launch";

    /// <param name="value">What a field shows, by its path; null where it is empty.</param>
    /// <param name="phase">Number of the phase in the form.</param>
    /// <returns>Null: something that it takes is missing or no date.</returns>
    public static PhaseDue? Of(Func<string, string?> value, int phase)
    {
        var zoneName = value("timeZone") ?? "";
        if (DayOf(value, phase) is not { } day || !TimeOnly.TryParseExact(value($"phases[{phase}].time"), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
            return null;
        var at = Scheduling.RecurrenceRule.InstantOf(day, time, zone);
        var label = IsFromLaunch(value, phase) && Days(value, phase) is { } days ? PhaseDays.LaunchLabel(days) : null;
        return new PhaseDue(at, label, zoneName, at.DateTime != day.ToDateTime(time));
    }

    /// <summary>The day of a phase, whichever way it is given.</summary>
    public static DateOnly? DayOf(Func<string, string?> value, int phase)
    {
        if (!IsFromLaunch(value, phase))
            return Day(value($"phases[{phase}].date"));
        return Day(value("window.start")) is { } launch && Days(value, phase) is { } days ? PhaseDays.DayOf(launch, days) : null;
    }

    public static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static bool IsFromLaunch(Func<string, string?> value, int phase) => value($"phases[{phase}].due") == FromLaunch;

    private static int? Days(Func<string, string?> value, int phase) =>
        int.TryParse(value($"phases[{phase}].daysFromLaunch"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var days) && Math.Abs((long)days) <= PhaseDays.Farthest ? days : null;
}
