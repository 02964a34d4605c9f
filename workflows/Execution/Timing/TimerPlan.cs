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
        if (Repetition.TryParse(Cycle) is { } repetition)
        {
            var next = FirstAfter(new(repetition.Interval.AddTo(Due, calendar, zone), Remaining - 1, Cycle), repetition, now, calendar, zone);
            return next.Remaining is <= 0 || IsPastEnd(repetition, next.Due, zone) ? null : next;
        }
        return CronSchedule.TryParse(Cycle)?.Next(Due > now ? Due : now, zone) is { } at ? new(at, Remaining - 1, Cycle) : null;
    }

    /// <summary>Firings that were missed (a start in the past, a host that was down) are not made up for, but count.</summary>
    private static TimerPlan FirstAfter(TimerPlan plan, Repetition repetition, DateTimeOffset now, IWorkingCalendar calendar, TimeZoneInfo zone)
    {
        var (due, left) = (plan.Due, plan.Remaining);
        // Only whole months and working days need to be counted one by one; a rhythm of seconds would be millions.
        if (repetition.Interval is { Months: 0, Days: 0, WorkingDays: null } && due < now)
        {
            var rhythm = repetition.Interval.Time.Ticks;
            var missed = ((now - due).Ticks + rhythm - 1) / rhythm;
            missed = Math.Min(missed, left ?? missed);
            return plan with { Due = due.AddTicks(rhythm * missed), Remaining = left is { } most ? most - (int)missed : null };
        }
        for (; due < now && left is not <= 0; left--)
            due = repetition.Interval.AddTo(due, calendar, zone);
        return plan with { Due = due, Remaining = left };
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
            if (repetition.Start is not { } start)
                return new(repetition.Interval.AddTo(now, calendar, zone), repetition.Times, text);
            var first = FirstAfter(new(Moment.TryParse(start, zone)!.Value, repetition.Times, text), repetition, now, calendar, zone);
            // All of it lies in the past: like a date in the past, it fires once, now.
            return first.Remaining is <= 0 ? new(now, 1, null) : first;
        }
        return CronSchedule.TryParse(text)?.Next(now, zone) is { } next ? new(next, null, text) : null;
    }

    private static bool IsPastEnd(Repetition repetition, DateTimeOffset due, TimeZoneInfo zone) =>
        repetition.End is { } end && due > Moment.TryParse(end, zone);

    private static string FeelText(object value) => FeelFormat.ToText(value);

    private static string Describe(object? value) => value is null ? "null" : $"'{VariableValues.Write(value)}'";
}
