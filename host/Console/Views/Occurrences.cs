using System.Globalization;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>When a recurring phase of a form will fire, by what is typed so far.</summary>
/// <param name="IsAsked">A recurrence, the phase's date and the last day are there.</param>
/// <param name="IsWrong">The recurrence is none that can be fired; otherwise it just never comes between the days.</param>
public sealed record Occurrences(IReadOnlyList<DateTimeOffset> Times, string Zone, bool IsAsked, bool IsWrong)
{
    private const int Shown = 5;

    /// <param name="value">What a field shows, by its path; null where it is empty.</param>
    /// <param name="phase">Number of the phase in the form.</param>
    /// <param name="now">What is before it has passed.</param>
    public static Occurrences Of(Func<string, string?> value, int phase, DateTimeOffset now)
    {
        string? Field(string name) => value($"phases[{phase}].{name}");
        var recurrence = new Recurrence { Rule = Field("recurrence.rule"), Cron = Field("recurrence.cron"), Ceiling = 1 };
        var zoneName = value("timeZone") ?? "";
        if ((recurrence.Rule ?? recurrence.Cron) is null || PhaseDue.DayOf(value, phase) is not { } first || PhaseDue.Day(value("window.end")) is not { } end || !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
            return new Occurrences([], zoneName, IsAsked: false, IsWrong: false);
        var time = TimeOnly.TryParseExact(Field("time"), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : default;
        var last = PhaseDue.Day(Field("recurrence.until")) is { } until && until < end ? until : end;
        var times = RecurrenceCron.Next(recurrence, time, zone, first, last, now, Shown);
        return new Occurrences(times, zoneName, IsAsked: true, RecurrenceCron.Of(recurrence, time) is null);
    }
}
