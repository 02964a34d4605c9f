using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>What happens when a token reaches an element.</summary>
internal static class Entry
{
    internal static void Enter(Turn turn, Node node)
    {
        var element = turn.ElementOf(node);
        switch (element)
        {
            case ParallelGateway gateway: ParallelJoin.Arrive(turn, node, gateway); return;
            case InclusiveGateway gateway: InclusiveJoin.Arrive(turn, node, gateway); return;
            case Activity activity when LoopBody.IsNeeded(turn, node, activity): LoopBody.Open(turn, node, activity); return;
        }
        // Only joins tell flows apart.
        node.Flow = null;
        turn.EnterStage(element);
        turn.Emit(new InstanceEvent.ElementEntered(element.Id, node.Id));
        switch (element)
        {
            case Activity activity: ActivityEntry.Enter(turn, node, activity); break;
            case ExclusiveGateway: turn.Enqueue(node, Phase.Leaving); break;
            case EventBasedGateway gateway: EventChoice.Open(turn, node, gateway); break;
            case EndEvent end: EndEvents.Reach(turn, node, end); break;
            case IntermediateThrowEvent thrown: ThrowEvents.Throw(turn, node, thrown); break;
            case IntermediateCatchEvent caught: CatchEvents.Await(turn, node, caught); break;
            case StartEvent start: turn.ApplyMappings(node, turn.ParentOf(node), start.Mappings); turn.Enqueue(node, Phase.Leaving); break;
            default: turn.Enqueue(node, Phase.Leaving); break;
        }
    }
}
