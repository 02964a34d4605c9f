namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Choices that nobody has described.</summary>
internal static class GatewayChecks
{
    internal static void Check(ProcessDefinition process, LintReport report)
    {
        foreach (var node in process.Nodes.Where(n => n is ExclusiveGateway or InclusiveGateway && n.Outgoing.Length > 1))
        {
            foreach (var flow in node.Outgoing.Where(f => f.Condition is null && !f.IsDefault))
            {
                if (node is ExclusiveGateway)
                    report.Error(node, "condition-missing", $"The flow '{flow.Id}' to '{flow.Target.Id}' has no condition. Give it one, or make it the default flow.");
            }
            if (node.Default is null && node.Outgoing.All(f => f.Condition is not null))
                report.Warning(node, "default-missing", "There is no default flow: where no condition holds, the instance stops with an incident. Mark one flow as default.");
            if (node.Default?.Condition is not null)
                report.Warning(node, "default-condition", $"The condition of the default flow '{node.Default.Id}' is never looked at. Remove it.");
        }
    }
}
