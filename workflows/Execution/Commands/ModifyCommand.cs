using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>An administrator moves tokens: cancel here, start there, in one step.</summary>
internal static class ModifyCommand
{
    internal static Refusal? Apply(Turn turn, Command.Modify command)
    {
        if (string.IsNullOrWhiteSpace(command.Reason))
            return new(RefusalCode.ReasonMissing, "Moving tokens by hand needs a reason.");
        var active = turn.Nodes.Where(n => n.Kind is NodeKind.Token or NodeKind.Body).ToList();
        foreach (var id in command.CancelElementIds)
        {
            if (active.TrueForAll(n => n.Element != id))
                return new(RefusalCode.UnknownElement, $"Nothing is active at '{id}'. Reload the instance.");
        }
        var targets = new List<FlowNode>();
        foreach (var id in command.StartElementIds)
        {
            if (turn.Definition.Find(id) is not { } target || target is BoundaryEvent or Activity { IsForCompensation: true } or SubProcess { IsEventSubProcess: true })
                return new(RefusalCode.UnknownElement, $"No token can be placed at '{id}'. Name a task, gateway or event of process '{turn.Definition.Id}'.");
            targets.Add(target);
        }
        turn.Emit(new InstanceEvent.InstanceModified(command.CancelElementIds, command.StartElementIds, command.Reason, command.By));
        var root = turn.Nodes.First(n => n.Parent == 0);
        // Start first: a scope must not end between the two.
        foreach (var target in targets)
            Placement.At(turn, root, target);
        foreach (var node in active.Where(n => command.CancelElementIds.Contains(n.Element)))
            CancelOne(turn, node);
        return null;
    }

    private static void CancelOne(Turn turn, Node node)
    {
        if (turn.Find(node.Id) is null)
            return;
        var scope = turn.ParentOf(node);
        Cancellation.Cancel(turn, node);
        if (scope.Kind == NodeKind.Body && turn.Find(scope.Id) is not null && scope.Children == 0)
        {
            var outer = turn.ParentOf(scope);
            Cancellation.Cancel(turn, scope);
            scope = outer;
        }
        Scopes.EndIfEmpty(turn, scope);
    }
}
