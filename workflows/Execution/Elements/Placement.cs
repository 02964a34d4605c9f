using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Puts a token at any element by hand, opening the subprocesses around it without running their starts.</summary>
internal static class Placement
{
    internal static void At(Turn turn, Node root, FlowNode target) => turn.Place(ScopeFor(turn, root, target.Parent), target);

    private static Node ScopeFor(Turn turn, Node root, SubProcess? sub)
    {
        if (sub is null)
            return root;
        var outer = ScopeFor(turn, root, sub.Parent);
        var open = turn.Nodes.FirstOrDefault(n => n.Parent == outer.Id && n.Element == sub.Id && n is { Kind: NodeKind.Token, Phase: Phase.Active });
        return open ?? Open(turn, outer, sub);
    }

    private static Node Open(Turn turn, Node outer, SubProcess sub)
    {
        var node = turn.Add(NodeKind.Token, outer, sub.Id, Phase.Active);
        turn.EnterStage(sub);
        turn.Emit(new InstanceEvent.ElementEntered(sub.Id, node.Id));
        ActivityEntry.OpenBoundaries(turn, node, sub);
        Scopes.OpenEventStarts(turn, node, sub.Content);
        return node;
    }
}
