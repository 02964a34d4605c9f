using System.Globalization;
using Quartz;

namespace Orchestrator.Host.Campaigns;

/// <summary>Turns a recurrence into the cron expression that fires it.</summary>
public static class RecurrenceCron
{
    private static readonly Dictionary<string, string> Days = new() { ["MO"] = "MON", ["TU"] = "TUE", ["WE"] = "WED", ["TH"] = "THU", ["FR"] = "FRI", ["SA"] = "SAT", ["SU"] = "SUN" };

    /// <returns>Null: neither is one that can be fired.</returns>
    public static string? Of(Recurrence recurrence, TimeOnly time)
    {
        if ((recurrence.Cron is null) == (recurrence.Rule is null))
            return null;
        var cron = recurrence.Cron ?? FromRule(recurrence.Rule!, time);
        return cron is not null && HasFixedTime(cron) && IsValid(cron) ? cron : null;
    }

    private static bool IsValid(string cron)
    {
        try
        {
            _ = new CronExpression(cron);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Seconds, minutes and hours are plain numbers: more than one firing a day is no campaign.</summary>
    private static bool HasFixedTime(string cron) =>
        cron.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 6 } fields && fields.Take(3).All(field => field.All(char.IsAsciiDigit));

    private static string? FromRule(string rule, TimeOnly time)
    {
        var parts = rule.Replace("RRULE:", "", StringComparison.OrdinalIgnoreCase).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => part.Split('=')).ToList();
        if (parts.Any(part => part.Length != 2) || parts.Select(part => part[0]).Distinct(StringComparer.OrdinalIgnoreCase).Count() != parts.Count)
            return null;
        var values = parts.ToDictionary(part => part[0].ToUpperInvariant(), part => part[1].ToUpperInvariant());
        var at = string.Create(CultureInfo.InvariantCulture, $"{time.Second} {time.Minute} {time.Hour}");
        values.Remove("INTERVAL", out var interval);
        values.Remove("FREQ", out var frequency);
        values.Remove("BYDAY", out var byDay);
        values.Remove("BYMONTHDAY", out var byMonthDay);
        // What is not understood must not be left out silently.
        if (values.Count > 0 || interval is not (null or "1"))
            return null;
        return (frequency, byDay, byMonthDay) switch
        {
            ("DAILY", null, null) => $"{at} * * ?",
            ("WEEKLY", { } days, null) when days.Split(',').All(Days.ContainsKey) => $"{at} ? * {string.Join(',', days.Split(',').Select(day => Days[day]))}",
            ("MONTHLY", null, "-1") => $"{at} L * ?",
            ("MONTHLY", null, { } days) when days.Split(',').All(day => int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 31) => $"{at} {days} * ?",
            _ => null,
        };
    }
}
