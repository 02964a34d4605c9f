using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Event subprocesses: an interrupting one ends everything else in its scope, any other runs beside it.</summary>
internal static class EventSubProcesses
{
    internal static Node Start(Turn turn, Node scope, SubProcess sub, Variables payload)
    {
        var start = sub.EventStart!;
        if (start.IsInterrupting && start.Trigger is not EventTrigger.Compensation)
        {
            foreach (var child in turn.ChildrenOf(scope).ToList())
                Cancellation.Cancel(turn, child);
            // An interrupted scope reacts to no further start; its boundary events stay.
            turn.CloseWaits(w => w.Owner == scope.Id && turn.ElementAt(scope, w.Element) is StartEvent);
        }
        var node = turn.Add(NodeKind.Token, scope, sub.Id, Phase.Active);
        turn.EnterStage(sub);
        turn.Emit(new InstanceEvent.ElementEntered(sub.Id, node.Id));
        Scopes.OpenEventStarts(turn, node, sub.Content);
        Firing.Caught(turn, node, start, payload);
        return node;
    }

    internal static void End(Turn turn, Node node)
    {
        var scope = turn.ParentOf(node);
        turn.Emit(new InstanceEvent.ElementCompleted(node.Element, node.Id));
        if (node.Undoable.Count > 0)
            scope.Undoable = [.. scope.Undoable, new UndoRecord(node.Element, 1, scope.Id, node.Locals, node.Undoable)];
        turn.Remove(node);
        Scopes.EndIfEmpty(turn, scope);
    }
}
