using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;
using Orchestrator.Workflows.Execution.Timing;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>User tasks: put before people, or skipped where an earlier answer still stands.</summary>
internal static class UserTasks
{
    internal static void Create(Turn turn, Node node, UserTask task)
    {
        if (task.SkipWhen is { } skip && turn.EvaluateCondition(node, skip, $"that skips task '{task.Id}'"))
        {
            var outcome = task.Outcomes.Length > 0 ? task.Outcomes[0].Id : null;
            turn.Emit(new InstanceEvent.TaskSkipped(task.Id, outcome));
            Completion.Deliver(turn, node, outcome is null ? Variables.None : Variables.Of((task.OutcomeVariable, outcome)));
            return;
        }
        var zone = TimerPlan.Zone(turn.ProcessOf(node).Zone, turn.Settings.Calendar);
        var due = Due(turn, node, task, zone);
        var remind = Remind(turn, node, task, due, zone);
        var assignee = task.Assignee is null ? null : turn.EvaluateText(node, task.Assignee, "The assignee");
        (node.Waiting, node.Handle) = (Waiting.Person, turn.NextNumber());
        var id = ProcessInstance.TaskId(node);
        turn.Emit(new InstanceEvent.TaskCreated(id, task.Id, due));
        turn.Ask(new HostWork.CreateTask(
            id, task.Id, task.FormId, Names(turn, node, task.CandidateGroups), Names(turn, node, task.CandidateUsers), assignee, due, remind));
    }

    private static DateTimeOffset? Due(Turn turn, Node node, UserTask task, TimeZoneInfo zone)
    {
        if (task.Due is null)
            return null;
        var value = turn.Evaluate(node, task.Due);
        return TimerPlan.Length(value)?.AddTo(turn.Now, turn.Settings.Calendar, zone) ?? TimerPlan.When(value, zone)
            ?? throw turn.NoValue(node, task.Due.Expression!, $"The due time of '{task.Id}'");
    }

    private static DateTimeOffset? Remind(Turn turn, Node node, UserTask task, DateTimeOffset? due, TimeZoneInfo zone)
    {
        if (task.Remind is null || due is null)
            return null;
        return TimerPlan.Length(turn.Evaluate(node, task.Remind))?.Negate().AddTo(due.Value, turn.Settings.Calendar, zone)
            ?? throw turn.NoValue(node, task.Remind.Expression!, $"The reminder of '{task.Id}'");
    }

    private static IReadOnlyList<string> Names(Turn turn, Node node, TextOrExpression? value) => turn.Evaluate(node, value) switch
    {
        null => [],
        string text => Lists.Split(text),
        IReadOnlyList<object?> list => list.OfType<string>().ToList(),
        _ => throw turn.NoValue(node, value!.Expression!, "The list of candidates"),
    };
}
