using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Ends a node and all below it without taking any flow.</summary>
internal static class Cancellation
{
    internal static void Cancel(Turn turn, Node node)
    {
        // Cancelling one branch may have taken this one along (a throw event takes its handlers).
        if (turn.Find(node.Id) is null)
            return;
        foreach (var child in turn.ChildrenOf(node).ToList())
            Cancel(turn, child);
        foreach (var handler in turn.Nodes.Where(n => n.UndoneFor == node.Id).ToList())
            Cancel(turn, handler);
        CloseOpen(turn, node);
        turn.Remove(node);
        if (node.Kind is NodeKind.Token)
            turn.Emit(new InstanceEvent.ElementCancelled(node.Element, node.Id));
    }

    /// <summary>Withdraws the task or work that is open for a node.</summary>
    internal static void CloseOpen(Turn turn, Node node)
    {
        switch (node.Waiting)
        {
            case Waiting.Person:
                turn.Emit(new InstanceEvent.TaskCancelled(ProcessInstance.TaskId(node), node.Element));
                turn.Ask(new HostWork.CancelTask(ProcessInstance.TaskId(node), node.Element));
                break;
            case Waiting.Worker:
                turn.Ask(new HostWork.CancelWork(ProcessInstance.WorkId(node)));
                break;
        }
        node.Waiting = Waiting.Nobody;
        if (node.Incident is { } incident)
            turn.Emit(new InstanceEvent.IncidentResolved(ProcessInstance.IncidentId(incident), node.Element));
        node.Incident = null;
    }
}
