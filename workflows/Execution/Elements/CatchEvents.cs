using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Intermediate catch events: wait until fired. The catching end of a link just goes on.</summary>
internal static class CatchEvents
{
    internal static void Await(Turn turn, Node node, IntermediateCatchEvent element)
    {
        if (element.Trigger is EventTrigger.Link)
        {
            turn.Enqueue(node, Phase.Leaving);
            return;
        }
        turn.OpenWait(node, element, element.Trigger);
        node.Phase = Phase.Active;
    }
}

/// <summary>An event-based gateway waits for everything behind it; the first to come decides.</summary>
internal static class EventChoice
{
    internal static void Open(Turn turn, Node node, EventBasedGateway gateway)
    {
        foreach (var flow in gateway.Outgoing)
        {
            if (flow.Target is ReceiveTask receive)
                turn.OpenMessage(node, receive, receive.Message);
            else
                turn.OpenWait(node, flow.Target, (flow.Target as EventNode)?.Trigger);
        }
        node.Phase = Phase.Active;
    }
}

/// <summary>A caught event passes on what it brought and takes its flows.</summary>
internal static class CaughtEvent
{
    internal static void Pass(Turn turn, Node node)
    {
        var element = (EventNode)turn.ElementOf(node);
        if (element is not IntermediateCatchEvent)
        {
            turn.EnterStage(element);
            turn.Emit(new InstanceEvent.ElementEntered(element.Id, node.Id));
        }
        var scope = turn.ParentOf(node);
        if (element.Mappings.Length > 0)
            turn.ApplyMappings(node, scope, element.Mappings);
        else if (node.Locals is { } payload)
            turn.SetNearest(scope, payload);
        node.Locals = null;
        turn.Enqueue(node, Phase.Leaving);
    }
}
