using System.Globalization;
using Orchestrator.Host.Scheduling;
using Quartz;

namespace Orchestrator.Host.Campaigns;

/// <summary>When a recurrence fires: by its cron expression, or by its rule, for which a daily cron expression says when to look.</summary>
public static class RecurrenceCron
{
    /// <summary>Fourteen hours ahead of UTC all year round; no zone is further.</summary>
    private const string FirstZone = "Pacific/Kiritimati";

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
    public static RuleSpan? SpanOf(Brief brief, Phase phase) => phase.Recurrence?.Rule is { } rule ? new RuleSpan(rule, phase.Time, phase.Date, LastDay(brief, phase)) : null;

    /// <summary>The zone whose clock the phase fires by: the brief's or, where customers have the phase's time of day, the first to reach it.</summary>
    public static string ZoneOf(Brief brief, Phase phase) => phase.Timing == SendTimings.RecipientZone ? FirstZone : brief.TimeZone;

    /// <summary>Whether the rule has this moment; a cron expression has every one that it fires at.</summary>
    public static bool IsMoment(Brief brief, Phase phase, DateTimeOffset at) =>
        SpanOf(brief, phase) is not { } span || span.Moments(TimeZoneInfo.FindSystemTimeZoneById(ZoneOf(brief, phase))).Contains(at);

    /// <summary>The last day on which a phase may fire.</summary>
    public static DateOnly LastDay(Brief brief, Phase phase) => phase.Recurrence?.Until is { } until && until < brief.Window.End ? until : brief.Window.End;

    /// <summary>The first <paramref name="count"/> times at which a recurrence fires after a moment, each with the offset of its zone.</summary>
    /// <param name="recurrence">By an expression or a rule.</param>
    /// <param name="time">Time of day of a rule.</param>
    /// <param name="zone">Zone of both.</param>
    /// <param name="first">Day before which it does not fire.</param>
    /// <param name="last">Day after which it does not fire.</param>
    /// <param name="after">The moment.</param>
    /// <param name="count">How many.</param>
    /// <returns>None where it is not one that can be fired.</returns>
    public static IReadOnlyList<DateTimeOffset> Next(Recurrence recurrence, TimeOnly time, TimeZoneInfo zone, DateOnly first, DateOnly last, DateTimeOffset after, int count)
    {
        if (Of(recurrence, time) is not { } cron)
            return [];
        var moments = recurrence.Rule is { } rule ? new RuleSpan(rule, time, first, last).Moments(zone) : Moments(new CronExpression(cron, zone), zone, first, last);
        return [.. moments.SkipWhile(moment => moment <= after).Take(count).Select(moment => TimeZoneInfo.ConvertTime(moment, zone))];
    }

    private static IEnumerable<DateTimeOffset> Moments(CronExpression cron, TimeZoneInfo zone, DateOnly first, DateOnly last)
    {
        var begin = first.ToDateTime(TimeOnly.MinValue).AddTicks(-1);
        var next = cron.GetNextValidTimeAfter(new DateTimeOffset(begin, zone.GetUtcOffset(begin)));
        while (next is { } fires && DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(fires, zone).DateTime) <= last)
        {
            yield return fires;
            next = cron.GetNextValidTimeAfter(fires);
        }
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
}
