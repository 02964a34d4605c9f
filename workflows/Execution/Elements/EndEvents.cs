using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>End events: act, then take the token away.</summary>
internal static class EndEvents
{
    internal static void Reach(Turn turn, Node node, EndEvent element)
    {
        switch (element.Trigger)
        {
            case EventTrigger.Error error:
                ThrowEvents.Payload(turn, node, element);
                Errors.ThrowFromEnd(turn, node, error.Code!);
                break;
            case EventTrigger.Terminate:
                Terminate(turn, node);
                break;
            default:
                ThrowEvents.Throw(turn, node, element);
                break;
        }
    }

    private static void Terminate(Turn turn, Node node)
    {
        var scope = turn.ParentOf(node);
        turn.Emit(new InstanceEvent.ElementCompleted(node.Element, node.Id));
        turn.Remove(node);
        Scopes.Terminate(turn, scope);
    }
}
