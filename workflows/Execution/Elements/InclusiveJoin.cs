using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>
/// An inclusive gateway waits while a token elsewhere in its scope can still reach an empty incoming flow
/// without passing through it, unless that token can also reach a flow that already has one (BPMN 2.0.2, 13.4.3).
/// </summary>
internal static class InclusiveJoin
{
    internal static void Arrive(Turn turn, Node node, InclusiveGateway gateway)
    {
        if (gateway.Incoming.Length <= 1 || node.Flow is null)
            ParallelJoin.Pass(turn, node, gateway);
        else
            node.Phase = Phase.Joining;
    }

    /// <summary>Opens one gateway that has nothing left to wait for; called when nothing else can move.</summary>
    internal static bool OpenReady(Turn turn)
    {
        foreach (var node in turn.Nodes)
        {
            if (node.Phase == Phase.Joining && turn.ElementOf(node) is InclusiveGateway gateway && TryOpen(turn, node, gateway))
                return true;
        }
        return false;
    }

    private static bool TryOpen(Turn turn, Node node, InclusiveGateway gateway)
    {
        var siblings = turn.ChildrenOf(turn.ParentOf(node)).ToList();
        var arrived = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var sibling in siblings)
        {
            if (sibling.Phase == Phase.Joining && sibling.Element == gateway.Id)
                arrived.TryAdd(sibling.Flow!, sibling);
        }
        if (siblings.Any(s => s.Element != gateway.Id && Blocks(turn, s, gateway, arrived)))
            return false;
        foreach (var other in arrived.Values.Where(o => o != node))
            turn.Remove(other);
        ParallelJoin.Pass(turn, node, gateway);
        return true;
    }

    private static bool Blocks(Turn turn, Node token, InclusiveGateway gateway, Dictionary<string, Node> arrived)
    {
        if (token.UndoneFor != 0 || token.Kind is NodeKind.Process or NodeKind.Undo)
            return false;
        var reached = turn.ProcessOf(token).IncomingReachedFrom(turn.ElementOf(token), gateway);
        return reached.Count > 0 && !reached.Any(arrived.ContainsKey);
    }
}
