using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Timing;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution;

/// <summary>When a timer start event starts an instance. The host keeps the value as a row and asks for the next one after each start.</summary>
/// <param name="Due">When to issue <see cref="Command.Start"/> with the start event's id.</param>
/// <param name="Remaining">How often it starts, this time included; null for ever.</param>
/// <param name="Cycle">The rhythm; null for a single start.</param>
public sealed record StartTime(DateTimeOffset Due, int? Remaining, string? Cycle);

/// <summary>Works out the times of timer start events.</summary>
public static class StartTimes
{
    /// <summary>The first start after publishing; null where the timer's expression gives no time without variables.</summary>
    public static StartTime? First(ProcessDefinition process, StartEvent start, DateTimeOffset now, IWorkingCalendar calendar)
    {
        if (start.Trigger is not EventTrigger.Timer { Rule: var rule })
            return null;
        var limits = new FeelLimits { Now = TimeZoneInfo.ConvertTime(now, calendar.Zone) };
        var plan = TimerPlan.For(rule, Value(rule.Value), Value(rule.Offset), now, calendar, process.Zone, out _);
        return plan is null ? null : new(plan.Due, plan.Remaining, plan.Cycle);

        object? Value(TextOrExpression? text) => text is null ? null : text.Literal ?? text.Expression!.Evaluate(FeelScope.Empty, limits).Value;
    }

    /// <summary>The start after one that has happened; null if that was the last.</summary>
    public static StartTime? After(ProcessDefinition process, StartEvent start, StartTime last, DateTimeOffset now, IWorkingCalendar calendar)
    {
        if (start.Trigger is not EventTrigger.Timer { Rule: var rule })
            return null;
        var zone = TimerPlan.Zone(rule.Zone ?? process.Zone, calendar);
        return new TimerPlan(last.Due, last.Remaining, last.Cycle).Next(now, calendar, zone) is { } next ? new(next.Due, next.Remaining, next.Cycle) : null;
    }
}
