using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>An activity is done: outputs, then on to what comes after it.</summary>
internal static class Completion
{
    internal static void Complete(Turn turn, Node node)
    {
        var activity = (Activity)turn.ElementOf(node);
        var parent = turn.ParentOf(node);
        // The single instances of a loop have brought theirs already.
        if (node.Kind != NodeKind.Body)
            turn.ApplyMappings(node, parent, activity.Outputs);
        if (parent.Kind == NodeKind.Body)
        {
            LoopBody.InstanceDone(turn, node, parent, activity);
            return;
        }
        if (node.UndoneFor != 0)
        {
            turn.Emit(new InstanceEvent.ElementCompleted(node.Element, node.Id));
            Compensation.HandlerDone(turn, node);
            return;
        }
        var flows = Departure.All(turn, node, activity);
        if (node.Kind != NodeKind.Body)
            turn.Emit(new InstanceEvent.ElementCompleted(node.Element, node.Id));
        Compensation.Remember(turn, node, parent, activity);
        Departure.Follow(turn, node, flows);
    }

    /// <summary>Takes in what a person, worker or message brought, and completes the activity next.</summary>
    internal static void Deliver(Turn turn, Node node, Variables variables)
    {
        var activity = (Activity)turn.ElementOf(node);
        node.Waiting = Waiting.Nobody;
        if (activity.Outputs.Length > 0)
        {
            foreach (var (name, value) in variables)
                turn.SetLocal(node, name, value);
        }
        else
        {
            turn.SetNearest(node, variables);
        }
        Begin(turn, node);
    }

    /// <summary>From here on nothing can interrupt it any more.</summary>
    internal static void Begin(Turn turn, Node node)
    {
        turn.CloseWaits(node);
        turn.Enqueue(node, Phase.Completing);
    }
}
