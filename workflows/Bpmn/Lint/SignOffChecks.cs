namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Nothing may be launched that risk, compliance and consumer protection have not signed.</summary>
internal static class SignOffChecks
{
    internal static void Check(ProcessDefinition process, LintSurroundings surroundings, LintReport report)
    {
        var launches = process.Nodes.Where(n => n.IsLaunch).ToList();
        if (launches.Count == 0 && process.Stages.Length > 0)
            report.Warning(process, "launch-missing", "No element is marked sop:launch=\"true\", so nobody can tell whether the sign-offs come before the launch. Mark the element that starts sending.");
        foreach (var role in surroundings.RequiredSignOffs)
        {
            var signing = process.UserTasks.Where(t => IsSignOff(t, role)).ToHashSet<FlowNode>();
            var reached = ReachedAvoiding(process, signing);
            foreach (var launch in launches.Where(reached.Contains))
            {
                report.Error(launch, "sign-off-missing", signing.Count == 0
                    ? $"No task lets '{role}' sign off. Add a user task for this role with sop:covers before the launch."
                    : $"The launch can be reached without the sign-off of '{role}' ({string.Join(", ", signing.Select(s => $"'{s.Id}'"))}). Put it on every path.");
            }
        }
    }

    private static bool IsSignOff(UserTask task, string role) => task.LiteralGroups.Contains(role) && task.Covers.Length > 0;

    // What can be reached if these tasks are never completed. A parallel join needs all its flows; a send-back restarts
    // from an earlier point and adds nothing new.
    private static HashSet<FlowNode> ReachedAvoiding(ProcessDefinition process, HashSet<FlowNode> blocked)
    {
        var reached = new HashSet<FlowNode>();
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var node in process.Nodes)
            {
                if (!reached.Contains(node) && !blocked.Contains(node) && IsReached(process, node, reached, blocked))
                    grew |= reached.Add(node);
            }
        }
        return reached;
    }

    private static bool IsReached(ProcessDefinition process, FlowNode node, HashSet<FlowNode> reached, HashSet<FlowNode> blocked)
    {
        if (node.Parent is { } parent && !reached.Contains(parent))
            return false;
        if ((node.Parent?.Content ?? process.Content).Starts.Contains(node))
            return true;
        switch (node)
        {
            case SubProcess { IsEventSubProcess: true }:
                return true;
            case BoundaryEvent boundary:
                // An escaping boundary event is a way round the task as well.
                return reached.Contains(boundary.AttachedTo) || blocked.Contains(boundary.AttachedTo);
            case IntermediateCatchEvent { Trigger: EventTrigger.Link }:
                return reached.Any(r => r is IntermediateThrowEvent thrown && thrown.LinkTarget == node);
            case ParallelGateway:
                return node.Incoming.Length > 0 && node.Incoming.All(f => IsPassed(f.Source, reached));
            default:
                return node.Incoming.Any(f => IsPassed(f.Source, reached));
        }
    }

    // Leaving a subprocess takes reaching its end.
    private static bool IsPassed(FlowNode node, HashSet<FlowNode> reached) =>
        reached.Contains(node) && (node is not SubProcess sub || sub.Content.Nodes.Any(n => n.Outgoing.Length == 0 && n is not BoundaryEvent && reached.Contains(n)));
}
