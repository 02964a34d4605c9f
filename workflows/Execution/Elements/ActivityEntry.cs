using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Entering an activity: inputs, boundary events, then its own behaviour.</summary>
internal static class ActivityEntry
{
    internal static void Enter(Turn turn, Node node, Activity activity)
    {
        foreach (var input in activity.Inputs)
            turn.SetLocal(node, input.Target, turn.Evaluate(node, input.Source));
        if (turn.ParentOf(node).Kind != NodeKind.Body)
            OpenBoundaries(turn, node, activity);
        node.Phase = Phase.Active;
        try
        {
            Begin(turn, node, activity);
        }
        catch (StepFailedException)
        {
            node.Phase = Phase.Entering;
            throw;
        }
    }

    internal static void OpenBoundaries(Turn turn, Node host, Activity activity)
    {
        foreach (var boundary in activity.BoundaryEvents)
            turn.OpenWait(host, boundary, boundary.Trigger);
    }

    /// <summary>The behaviour itself; also used to try again after an incident.</summary>
    internal static void Begin(Turn turn, Node node, Activity activity)
    {
        switch (activity)
        {
            case UserTask task: UserTasks.Create(turn, node, task); break;
            case ServiceTask service: ServiceTasks.Ask(turn, node, service); break;
            case BusinessRuleTask rule: BusinessRuleTasks.Run(turn, node, rule); break;
            case ScriptTask script: ScriptTasks.Run(turn, node, script); break;
            case SendTask send: Messages.Publish(turn, node, send.Message, turn.Visible(node)); turn.Enqueue(node, Phase.Completing); break;
            case ReceiveTask receive: turn.OpenMessage(node, receive, receive.Message); break;
            case SubProcess sub: Scopes.Open(turn, node, sub.Content); break;
            case CallActivity call: CallActivities.Call(turn, node, call); break;
            default: turn.Enqueue(node, Phase.Completing); break;
        }
    }
}
