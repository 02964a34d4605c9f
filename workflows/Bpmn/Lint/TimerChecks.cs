using Orchestrator.Workflows.Execution.Timing;

namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Times that mean something else on a server in another zone.</summary>
internal static class TimerChecks
{
    internal static void Check(ProcessDefinition process, LintReport report)
    {
        foreach (var node in process.Nodes.OfType<EventNode>())
        {
            if (node.Trigger is not EventTrigger.Timer { Rule: var rule } || (rule.Zone ?? process.Zone) is not null)
                continue;
            if (rule.Value.Literal is { } text && NeedsZone(rule.Kind, text))
                report.Error(node, "timer-zone", $"'{text}' is a local time, but no zone is given. Add sop:zone=\"Asia/Shanghai\" to the timer or the process.");
            else if (rule.Value.Literal is null && rule.Kind != TimerKind.Duration)
                report.Warning(node, "timer-zone", $"If '{rule.Value}' gives a local time, it depends on the company's zone. Add sop:zone to the timer or the process.");
        }
    }

    private static bool NeedsZone(TimerKind kind, string text) => kind switch
    {
        TimerKind.Date => Moment.IsLocal(text),
        TimerKind.Cycle => CronSchedule.TryParse(text) is not null || (Repetition.TryParse(text)?.Start is { } start && Moment.IsLocal(start)),
        _ => false,
    };
}
