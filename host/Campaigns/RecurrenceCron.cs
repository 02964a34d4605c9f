using System.Globalization;
using Orchestrator.Host.Scheduling;
using Quartz;

namespace Orchestrator.Host.Campaigns;

/// <summary>When a recurrence fires: by its cron expression, or by its rule, for which a daily cron expression says when to look.</summary>
public static class RecurrenceCron
{
    /// <returns>Null: it is not one that can be fired.</returns>
    public static string? Of(Recurrence recurrence, TimeOnly time)
    {
        if ((recurrence.Cron is null) == (recurrence.Rule is null))
            return null;
        if (recurrence.Cron is { } cron)
            return HasFixedTime(cron) && IsValid(cron) ? cron : null;
        return RecurrenceRule.Read(recurrence.Rule!).Rule is null ? null : string.Create(CultureInfo.InvariantCulture, $"{time.Second} {time.Minute} {time.Hour} * * ?");
    }

    /// <summary>The rule of a phase, within the window; null: it has none.</summary>
    public static RuleSpan? SpanOf(Brief brief, Phase phase) => phase.Recurrence?.Rule is { } rule ? new RuleSpan(rule, phase.Time, phase.Date, brief.Window.End) : null;

    /// <summary>Whether the rule has this moment; a cron expression has every one that it fires at.</summary>
    public static bool IsMoment(Brief brief, Phase phase, DateTimeOffset at) =>
        SpanOf(brief, phase) is not { } span || span.Moments(TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone)).Contains(at);

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
}
