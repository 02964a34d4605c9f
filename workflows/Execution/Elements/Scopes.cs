using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Processes and subprocesses: opening, noticing the end, and ending early.</summary>
internal static class Scopes
{
    internal static void Open(Turn turn, Node scope, ScopeContent content)
    {
        OpenEventStarts(turn, scope, content);
        foreach (var start in PlainStarts(content) ?? throw new StepFailedException("no-start", $"'{scope.Element}' has no plain start event. Add one, or name the start event to use."))
            turn.Place(scope, start);
    }

    /// <summary>Where a scope begins when nothing else is said: its plain start, else its only timer start, else what nothing leads to.</summary>
    internal static IReadOnlyList<FlowNode>? PlainStarts(ScopeContent content)
    {
        if (content.Starts.FirstOrDefault(s => s is StartEvent { Trigger: null }) is { } plain)
            return [plain];
        // A timer start may be anticipated; one that waits for a message or signal may not.
        if (content.Starts is [StartEvent { Trigger: EventTrigger.Timer } only])
            return [only];
        return content.Starts.Length > 0 && content.Starts.All(s => s is not StartEvent) ? content.Starts : null;
    }

    internal static void OpenEventStarts(Turn turn, Node scope, ScopeContent content)
    {
        foreach (var sub in content.EventSubProcesses)
        {
            if (sub.EventStart is { } start)
                turn.OpenWait(scope, start, start.Trigger);
        }
    }

    /// <summary>A token of the scope is gone: ends the scope if it was the last.</summary>
    internal static void EndIfEmpty(Turn turn, Node scope)
    {
        if (scope.Children > 0 || turn.Find(scope.Id) is null)
            return;
        switch (scope.Kind)
        {
            case NodeKind.Process when scope.Parent == 0: EndInstance(turn, scope, InstanceStatus.Completed); turn.Emit(new InstanceEvent.InstanceCompleted()); break;
            case NodeKind.Process: CallActivities.Return(turn, scope); break;
            case NodeKind.Undo: Compensation.UndoScopeIdle(turn, scope); break;
            case NodeKind.Body: break;
            default: EndSubProcess(turn, scope); break;
        }
    }

    internal static void EndInstance(Turn turn, Node root, InstanceStatus status)
    {
        turn.KeepFinalVariables(root);
        turn.Remove(root);
        turn.Status = status;
    }

    /// <summary>Ends everything inside a scope; the scope itself then completes normally.</summary>
    internal static void Terminate(Turn turn, Node scope)
    {
        foreach (var child in turn.ChildrenOf(scope).ToList())
            Cancellation.Cancel(turn, child);
        EndIfEmpty(turn, scope);
    }

    private static void EndSubProcess(Turn turn, Node scope)
    {
        if (turn.ElementOf(scope) is SubProcess { IsEventSubProcess: true })
            EventSubProcesses.End(turn, scope);
        else if (scope.Phase == Phase.Active)
            Completion.Begin(turn, scope);
    }
}
