namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Elements that nothing leads to, and elements that lead nowhere.</summary>
internal static class PathChecks
{
    internal static void Check(ProcessDefinition process, LintReport report)
    {
        var reached = Paths.ReachedFromStart(process);
        foreach (var node in process.Nodes.Where(n => !reached.Contains(n)))
            report.Error(node, "unreachable", "Nothing leads to this element. Connect it or remove it.");
        var ending = LeadingToAnEnd(process);
        foreach (var node in process.Nodes.Where(n => reached.Contains(n) && !ending.Contains(n)))
            report.Error(node, "no-end", "From here no end can be reached. Give the loop an exit.");
    }

    // Grown backwards from where tokens disappear.
    private static HashSet<FlowNode> LeadingToAnEnd(ProcessDefinition process)
    {
        var ending = process.Nodes.Where(n => n is EndEvent || !Paths.Next(process, n).Any()).ToHashSet();
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var node in process.Nodes)
            {
                if (!ending.Contains(node) && Paths.Next(process, node).Any(ending.Contains))
                    grew |= ending.Add(node);
            }
        }
        return ending;
    }
}
