using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>End events: act, then take the token away.</summary>
internal static class EndEvents
{
    internal static void Reach(Turn turn, Node node, EndEvent element)
    {
        ThrowEvents.Payload(turn, node, element);
        switch (element.Trigger)
        {
            case EventTrigger.Message message:
                Messages.Publish(turn, node, message.Reference, node.Locals ?? Variables.None);
                break;
            case EventTrigger.Signal signal:
                Signals.Throw(turn, node, signal.Name);
                break;
            case EventTrigger.Escalation escalation:
                Escalations.Throw(turn, node, escalation.Code);
                break;
            case EventTrigger.Error error:
                Errors.ThrowFromEnd(turn, node, error.Code!);
                return;
            case EventTrigger.Terminate:
                Terminate(turn, node);
                return;
            case EventTrigger.Compensation compensation:
                Compensation.Throw(turn, node, compensation);
                return;
        }
        if (turn.Find(node.Id) is not null)
            turn.Enqueue(node, Phase.Leaving);
    }

    private static void Terminate(Turn turn, Node node)
    {
        var scope = turn.ParentOf(node);
        turn.Emit(new InstanceEvent.ElementCompleted(node.Element, node.Id));
        turn.Remove(node);
        Scopes.Terminate(turn, scope);
    }
}
