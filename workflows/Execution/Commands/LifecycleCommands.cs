using Orchestrator.Workflows.Execution.Elements;

namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>Suspend, resume, cancel. A suspended instance keeps its tasks and timers but moves no further.</summary>
internal static class LifecycleCommands
{
    internal static Refusal? Suspend(Turn turn, Command.Suspend command)
    {
        turn.Status = InstanceStatus.Suspended;
        turn.Emit(new InstanceEvent.InstanceSuspended(command.Reason, command.By));
        return null;
    }

    internal static Refusal? Resume(Turn turn, Command.Resume command)
    {
        if (turn.Status != InstanceStatus.Suspended)
            return new(RefusalCode.NotRunning, $"Instance '{turn.State.Id}' is not suspended.");
        turn.Status = InstanceStatus.Active;
        turn.Emit(new InstanceEvent.InstanceResumed(command.By));
        return null;
    }

    internal static Refusal? Cancel(Turn turn, Command.Cancel command)
    {
        var root = turn.Nodes.First(n => n.Parent == 0);
        foreach (var child in turn.ChildrenOf(root).ToList())
            Cancellation.Cancel(turn, child);
        Scopes.EndInstance(turn, root, InstanceStatus.Cancelled);
        turn.Emit(new InstanceEvent.InstanceCancelled(command.Reason, command.By));
        return null;
    }
}
