using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>
/// Called processes run inside their caller's instance. They read the caller's variables, write their own,
/// and hand back what they wrote.
/// </summary>
internal static class CallActivities
{
    private const int MaxDepth = 30;

    internal static void Call(Turn turn, Node node, CallActivity call)
    {
        var id = turn.EvaluateText(node, call.CalledProcessId, "The called process");
        var process = turn.Settings.Definitions.FindProcess(id)
            ?? throw new StepFailedException("process-unknown", $"There is no process '{id}' to call. Publish it, then retry.");
        if (Depth(turn, node) > MaxDepth)
            throw new StepFailedException("calls-too-deep", $"Processes call each other more than {MaxDepth} levels deep. Look for a process that calls itself without end.");
        var child = turn.Add(NodeKind.Process, node, process.Id, Phase.Active);
        child.IsIsolated = !call.PropagateAllParentVariables;
        child.Locals = child.IsIsolated ? node.Locals ?? Variables.None : Variables.None;
        Scopes.Open(turn, child, process.Content);
    }

    internal static void Return(Turn turn, Node child)
    {
        var node = turn.ParentOf(child);
        var call = (CallActivity)turn.ElementOf(node);
        var results = child.Locals ?? Variables.None;
        turn.Remove(child);
        Completion.Deliver(turn, node, call.Outputs.Length > 0 || call.PropagateAllChildVariables ? results : Variables.None);
    }

    private static int Depth(Turn turn, Node node)
    {
        var depth = 0;
        for (Node? at = node; at is not null; at = turn.Find(at.Parent))
            depth += at.Kind == NodeKind.Process ? 1 : 0;
        return depth;
    }
}
