using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>A parallel gateway takes one token from each incoming flow; what comes twice on one flow waits for the next round.</summary>
internal static class ParallelJoin
{
    internal static void Arrive(Turn turn, Node node, ParallelGateway gateway)
    {
        // A token put here by hand (send-back, modification) stands for all of them.
        if (gateway.Incoming.Length <= 1 || node.Flow is null)
        {
            Pass(turn, node, gateway);
            return;
        }
        node.Phase = Phase.Joining;
        var arrived = new Dictionary<string, Node>(StringComparer.Ordinal) { [node.Flow] = node };
        foreach (var other in turn.ChildrenOf(turn.ParentOf(node)))
        {
            if (other.Phase == Phase.Joining && other.Element == node.Element)
                arrived.TryAdd(other.Flow!, other);
        }
        if (arrived.Count < gateway.Incoming.Length)
            return;
        foreach (var other in arrived.Values.Where(o => o != node))
            turn.Remove(other);
        Pass(turn, node, gateway);
    }

    internal static void Pass(Turn turn, Node node, FlowNode gateway)
    {
        node.Flow = null;
        turn.EnterStage(gateway);
        turn.Emit(new InstanceEvent.ElementEntered(gateway.Id, node.Id));
        turn.Enqueue(node, Phase.Leaving);
    }
}
