using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Leaving an element by its outgoing flows.</summary>
internal static class Departure
{
    internal static void Leave(Turn turn, Node node)
    {
        var element = turn.ElementOf(node);
        var taken = element is ExclusiveGateway ? One(turn, node, element) : All(turn, node, element);
        turn.Emit(new InstanceEvent.ElementCompleted(element.Id, node.Id));
        Follow(turn, node, taken);
    }

    /// <summary>Moves on from a node whose completion has been noted already.</summary>
    internal static void Follow(Turn turn, Node node, IReadOnlyList<SequenceFlow> flows)
    {
        var scope = turn.ParentOf(node);
        foreach (var flow in flows)
            turn.Place(scope, flow.Target, flow);
        turn.Remove(node);
        Scopes.EndIfEmpty(turn, scope);
    }

    /// <summary>The flows that an element other than an exclusive gateway takes.</summary>
    internal static IReadOnlyList<SequenceFlow> All(Turn turn, Node node, FlowNode element)
    {
        if (element is ParallelGateway or EventBasedGateway || AreAllPlain(element))
            return element.Outgoing;
        var taken = element.Outgoing
            .Where(flow => flow != element.Default && (flow.Condition is null || turn.EvaluateCondition(node, flow.Condition, $"of flow '{flow.Id}'")))
            .ToList();
        return taken.Count > 0 ? taken : element.Default is { } otherwise ? [otherwise] : throw NoWay(element);
    }

    private static bool AreAllPlain(FlowNode element)
    {
        foreach (var flow in element.Outgoing)
        {
            if (flow.Condition is not null || flow.IsDefault)
                return element.Outgoing.Length == 1 && flow.IsDefault;
        }
        return true;
    }

    private static SequenceFlow[] One(Turn turn, Node node, FlowNode element)
    {
        foreach (var flow in element.Outgoing)
        {
            if (flow != element.Default && (flow.Condition is null || turn.EvaluateCondition(node, flow.Condition, $"of flow '{flow.Id}'")))
                return [flow];
        }
        if (element.Default is { } otherwise)
            return [otherwise];
        return element.Outgoing.Length == 0 ? [] : throw NoWay(element);
    }

    private static StepFailedException NoWay(FlowNode element) =>
        new("no-flow", $"No outgoing flow of '{element.Id}' can be taken: every condition is false and there is no default flow. Correct the variables and retry, or add a default flow.");
}
