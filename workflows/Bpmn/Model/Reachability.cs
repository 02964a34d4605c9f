using System.Collections.Concurrent;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>Which elements can follow which, within one scope. Computed once per pair and kept.</summary>
internal sealed class Reachability
{
    private readonly ConcurrentDictionary<(FlowNode From, FlowNode Gateway), IReadOnlySet<string>> incoming = [];
    private readonly ConcurrentDictionary<FlowNode, IReadOnlySet<FlowNode>> after = [];

    /// <summary>The incoming flows of a gateway that a token at an element can still reach without passing through the gateway.</summary>
    internal IReadOnlySet<string> IncomingReachedFrom(FlowNode from, FlowNode gateway) =>
        incoming.GetOrAdd((from, gateway), static pair => FindIncoming(pair.From, pair.Gateway));

    /// <summary>Everything that a token at an element can still reach, the element itself only through a loop.</summary>
    internal IReadOnlySet<FlowNode> After(FlowNode from) => after.GetOrAdd(from, static node => FindAfter(node));

    /// <summary>Where a token at an element can go next: its flows, those of its boundary events, and a link's other end.</summary>
    internal static IEnumerable<(SequenceFlow? Flow, FlowNode Target)> Next(FlowNode node)
    {
        foreach (var flow in node.Outgoing)
            yield return (flow, flow.Target);
        if (node is Activity activity)
        {
            foreach (var boundary in activity.BoundaryEvents)
                yield return (null, boundary);
        }
        if (node is IntermediateThrowEvent { LinkTarget: { } target })
            yield return (null, target);
    }

    private static HashSet<string> FindIncoming(FlowNode from, FlowNode gateway)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<FlowNode>();
        var open = new Stack<FlowNode>([from]);
        while (open.TryPop(out var node))
        {
            foreach (var (flow, target) in Next(node))
            {
                if (target == gateway)
                    found.Add(flow!.Id);
                else if (seen.Add(target))
                    open.Push(target);
            }
        }
        return found;
    }

    private static HashSet<FlowNode> FindAfter(FlowNode from)
    {
        var seen = new HashSet<FlowNode>();
        var open = new Stack<FlowNode>([from]);
        while (open.TryPop(out var node))
        {
            foreach (var (_, target) in Next(node))
            {
                if (seen.Add(target))
                    open.Push(target);
            }
        }
        return seen;
    }
}
