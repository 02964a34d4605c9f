namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Where tokens can go, send-backs included.</summary>
internal static class Paths
{
    internal static IEnumerable<FlowNode> Next(ProcessDefinition process, FlowNode node)
    {
        foreach (var (_, target) in Reachability.Next(node))
            yield return target;
        if (node is UserTask task)
        {
            foreach (var outcome in task.Outcomes)
            {
                if (SendBackTarget(process, outcome) is { } target)
                    yield return target;
            }
        }
        if (node is BoundaryEvent { CompensationHandler: { } handler })
            yield return handler;
    }

    internal static FlowNode? SendBackTarget(ProcessDefinition process, TaskOutcome outcome)
    {
        if (outcome.SendBackTo is not { } to)
            return null;
        return process.FindStage(to) is { EntryElementId: { } entry } ? process.Find(entry) : process.Find(to);
    }

    /// <summary>Everything that is ever reached, into and out of subprocesses.</summary>
    internal static HashSet<FlowNode> ReachedFromStart(ProcessDefinition process)
    {
        var seen = new HashSet<FlowNode>();
        var open = new Stack<FlowNode>(process.Content.Starts.Concat(process.Content.EventSubProcesses));
        while (open.TryPop(out var node))
        {
            if (!seen.Add(node))
                continue;
            foreach (var next in Next(process, node))
                open.Push(next);
            if (node is SubProcess sub)
            {
                foreach (var inner in sub.Content.Starts.Concat(sub.Content.EventSubProcesses))
                    open.Push(inner);
            }
        }
        return seen;
    }
}
