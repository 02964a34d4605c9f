using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution.Timing;

/// <summary>When a timer fires next, and how often after that.</summary>
/// <param name="Remaining">Firings left including the next; null for ever.</param>
/// <param name="Cycle">The cycle text to go on with; null for a single shot.</param>
internal sealed record TimerPlan(DateTimeOffset Due, int? Remaining, string? Cycle)
{
    /// <summary>The plan of a timer whose value has been evaluated; null and a reason if the value is none.</summary>
    internal static TimerPlan? For(TimerRule rule, object? value, object? offset, DateTimeOffset now, IWorkingCalendar calendar, string? processZone, out string? reason)
    {
        reason = null;
        var zone = Zone(rule.Zone ?? processZone, calendar);
        var plan = rule.Kind switch
        {
            TimerKind.Date => When(value, zone) is { } date ? new TimerPlan(date, 1, null) : null,
            TimerKind.Duration => Length(value) is { } length ? new TimerPlan(length.AddTo(now, calendar, zone), 1, null) : null,
            _ => value is string text ? First(text, now, calendar, zone) : null,
        };
        if (plan is null)
        {
            reason = $"The timer's value {Describe(value)} is not a {rule.Kind.ToString().ToLowerInvariant()}. {TimerLiteral.Example(rule.Kind)}";
            return null;
        }
        if (rule.Offset is null)
            return plan;
        if (Length(offset) is { } shift)
            return plan with { Due = shift.AddTo(plan.Due, calendar, zone) };
        reason = $"The timer's offset {Describe(offset)} is not a duration. Write for example P3WD or -P3D.";
        return null;
    }

    /// <summary>The firing after this one, counted from when this one was due so that lateness does not drift.</summary>
    internal TimerPlan? Next(DateTimeOffset now, IWorkingCalendar calendar, TimeZoneInfo zone)
    {
        if (Cycle is null || Remaining is <= 1)
            return null;
        int? left = Remaining - 1;
        if (Repetition.TryParse(Cycle) is { } repetition)
        {
            var due = repetition.Interval.AddTo(Due, calendar, zone);
            return IsPastEnd(repetition, due, zone) ? null : new(due, left, Cycle);
        }
        return CronSchedule.TryParse(Cycle)?.Next(Due > now ? Due : now, zone) is { } at ? new(at, left, Cycle) : null;
    }

    internal static TimeZoneInfo Zone(string? name, IWorkingCalendar calendar) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : calendar.Zone;

    /// <summary>A date and time from what an expression gave.</summary>
    internal static DateTimeOffset? When(object? value, TimeZoneInfo zone) => value switch
    {
        null => null,
        DateTimeOffset exact => exact.ToUniversalTime(),
        string text => Moment.TryParse(text, zone),
        FeelDate or FeelDateTime => Moment.TryParse(FeelText(value), zone),
        _ => null,
    };

    internal static Duration? Length(object? value) => value switch
    {
        string text => Duration.TryParse(text),
        DayTimeDuration or YearMonthDuration => Duration.TryParse(FeelText(value)),
        _ => null,
    };

    private static TimerPlan? First(string text, DateTimeOffset now, IWorkingCalendar calendar, TimeZoneInfo zone)
    {
        if (Repetition.TryParse(text) is { } repetition)
        {
            if (repetition.Times == 0)
                return null;
            var due = repetition.Start is { } start ? Moment.TryParse(start, zone)!.Value : repetition.Interval.AddTo(now, calendar, zone);
            return new(due, repetition.Times, text);
        }
        return CronSchedule.TryParse(text)?.Next(now, zone) is { } next ? new(next, null, text) : null;
    }

    private static bool IsPastEnd(Repetition repetition, DateTimeOffset due, TimeZoneInfo zone) =>
        repetition.End is { } end && due > Moment.TryParse(end, zone);

    private static string FeelText(object value) => FeelFormat.ToText(value);

    private static string Describe(object? value) => value is null ? "null" : $"'{VariableValues.Write(value)}'";
}
