using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Dated rules of quiet hours in people's words.</summary>
internal sealed class QuietHourWords(Texts texts)
{
    public string Summary(QuietRule rule)
    {
        if (rule.Withdrawn)
            return texts["rules.sum.withdrawn"];
        var parts = rule.Windows.Select(window => $"{Named(window)} {Hours(window)}").ToList();
        if (rule.SilentDays.Count > 0)
            parts.Add(texts["rules.sum.silent-days", rule.SilentDays.Count]);
        if (rule.SilentHolidays.Count > 0)
            parts.Add(texts["rules.sum.silent-holidays", Names(rule.SilentHolidays)]);
        if (rule.Zones.Count > 0)
            parts.Add(texts["rules.sum.zones", rule.Zones.Count]);
        return string.Join(texts["rules.semicolon"], parts);
    }

    /// <summary>Each window and each day by itself, so that only what came and went differs.</summary>
    public JsonObject Display(QuietRule rule)
    {
        var shown = new JsonObject();
        foreach (var windows in rule.Windows.GroupBy(Named))
            shown[windows.Key] = string.Join(texts["rules.comma"], windows.Select(Hours));
        foreach (var day in rule.SilentDays)
            shown[texts["rules.silent-day", day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)]] = day.Purpose is { } purpose ? NameOf(purpose) : texts["rules.any-purpose"];
        if (rule.SilentHolidays.Count > 0)
            shown[texts["rules.field.value.silentHolidays"]] = Names(rule.SilentHolidays);
        foreach (var zone in rule.Zones)
            shown[$"{texts["rules.field.value.zones"]} {zone}"] = zone;
        if (rule.Withdrawn)
            shown[texts["rules.field.value.withdrawn"]] = texts["yes"];
        return shown;
    }

    private string Named(SendWindow window) =>
        window.Weekdays.Count == 0 ? NameOf(window.Purpose) : $"{NameOf(window.Purpose)} ({string.Join(texts["rules.comma"], window.Weekdays.Order().Select(day => texts[FormattableString.Invariant($"weekday.{(int)day}")]))})";

    private static string Hours(SendWindow window) => FormattableString.Invariant($"{window.From:HH\\:mm}–{window.Until:HH\\:mm}");

    private string Names(IEnumerable<Purpose> purposes) => string.Join(texts["rules.comma"], purposes.Distinct().Select(NameOf));

    private string NameOf(Purpose purpose) => texts[purpose == Purpose.Marketing ? "purpose.marketing" : "purpose.servicing"];
}
