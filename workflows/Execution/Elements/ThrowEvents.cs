using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>What intermediate throw events and end events have in common: they tell someone, and go on.</summary>
internal static class ThrowEvents
{
    internal static void Throw(Turn turn, Node node, EventNode element)
    {
        Payload(turn, node, element);
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
            case EventTrigger.Compensation compensation:
                Compensation.Throw(turn, node, compensation);
                return;
            case EventTrigger.Link:
                FollowLink(turn, node, (IntermediateThrowEvent)element);
                return;
        }
        // What was thrown may have interrupted the scope that this token was in.
        if (turn.Find(node.Id) is not null)
            turn.Enqueue(node, Phase.Leaving);
    }

    internal static void Payload(Turn turn, Node node, EventNode element)
    {
        foreach (var input in element.Mappings)
            turn.SetLocal(node, input.Target, turn.Evaluate(node, input.Source));
    }

    private static void FollowLink(Turn turn, Node node, IntermediateThrowEvent element)
    {
        turn.Emit(new InstanceEvent.ElementCompleted(element.Id, node.Id));
        turn.Place(turn.ParentOf(node), element.LinkTarget!);
        turn.Remove(node);
    }
}
