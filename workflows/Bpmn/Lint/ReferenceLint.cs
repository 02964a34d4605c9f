namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Decisions, processes, workers and templates that do not exist.</summary>
internal static class ReferenceLint
{
    internal static void Check(ProcessDefinition process, LintSurroundings surroundings, LintReport report)
    {
        foreach (var node in process.Nodes)
        {
            switch (node)
            {
                case BusinessRuleTask { DecisionId.Literal: { } id } when surroundings.Decisions?.Contains(id) == false:
                    report.Error(node, "decision-unknown", $"There is no decision '{id}'. Publish it first, or correct the id.");
                    break;
                case CallActivity { CalledProcessId.Literal: { } id } when surroundings.Processes?.Contains(id) == false && id != process.Id:
                    report.Error(node, "process-unknown", $"There is no process '{id}'. Publish it first, or correct the id.");
                    break;
                case ServiceTask service:
                    CheckService(service, surroundings, report);
                    break;
            }
        }
    }

    private static void CheckService(ServiceTask service, LintSurroundings surroundings, LintReport report)
    {
        if (service.Type.Literal is { } type && surroundings.ServiceTypes?.Contains(type) == false)
            report.Error(service, "worker-unknown", $"No worker does work of type '{type}'. Use one of: {string.Join(", ", surroundings.ServiceTypes.Order(StringComparer.Ordinal))}.");
        if (service.Headers.TryGetValue("template", out var template) && surroundings.Templates?.Contains(template) == false)
            report.Error(service, "template-unknown", $"There is no template '{template}'. Publish it first, or correct the id.");
    }
}
