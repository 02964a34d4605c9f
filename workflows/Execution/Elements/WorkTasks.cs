using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Service tasks ask the host for work and wait.</summary>
internal static class ServiceTasks
{
    internal static void Ask(Turn turn, Node node, ServiceTask task)
    {
        var type = turn.EvaluateText(node, task.Type, "The task type");
        (node.Waiting, node.Handle) = (Waiting.Worker, turn.NextNumber());
        var input = task.Inputs.Length > 0 ? node.Locals ?? Variables.None : turn.Visible(node);
        turn.Ask(new HostWork.RunService(ProcessInstance.WorkId(node), task.Id, type, input, task.Headers, task.Retries));
    }
}

/// <summary>Business rule tasks evaluate a decision at once.</summary>
internal static class BusinessRuleTasks
{
    internal static void Run(Turn turn, Node node, BusinessRuleTask task)
    {
        var id = turn.EvaluateText(node, task.DecisionId, "The decision's id");
        var answer = turn.Settings.Definitions.Evaluate(id, turn.Visible(node))
            ?? throw new StepFailedException("decision-unknown", $"There is no decision '{id}'. Publish it, then retry.");
        if (answer.Failure is { } failure)
            throw new StepFailedException("decision-failed", $"The decision '{id}' could not be made: {failure}");
        turn.Emit(new InstanceEvent.DecisionEvaluated(task.Id, id, answer.Result, answer.MatchedRules));
        Completion.Deliver(turn, node, Variables.Of((task.ResultVariable, answer.Result)));
    }
}

/// <summary>Script tasks evaluate FEEL at once.</summary>
internal static class ScriptTasks
{
    internal static void Run(Turn turn, Node node, ScriptTask task)
    {
        var value = turn.Evaluate(node, task.Script);
        Completion.Deliver(turn, node, task.ResultVariable is { } name ? Variables.Of((name, value)) : Variables.None);
    }
}
