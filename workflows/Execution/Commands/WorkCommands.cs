using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>Answers of workers.</summary>
internal static class WorkCommands
{
    internal static Refusal? Complete(Turn turn, Command.CompleteWork command)
    {
        if (VariableCommands.TooLarge(turn, command.Variables) is { } tooLarge)
            return tooLarge;
        if (Find(turn, command.WorkId) is not { } node)
            return Gone(turn, command.WorkId);
        node.Incident = null;
        Completion.Deliver(turn, node, command.Variables);
        return null;
    }

    internal static Refusal? Fail(Turn turn, Command.FailWork command)
    {
        if (Find(turn, command.WorkId) is not { } node)
            return Gone(turn, command.WorkId);
        node.Waiting = Waiting.Nobody;
        if (command.ErrorCode is { } code && Errors.TryThrow(turn, node, code, command.Variables ?? Variables.None))
            return null;
        turn.RaiseIncident(node, command.ErrorCode is null ? "work-failed" : "error-uncaught", command.ErrorCode is null
            ? command.Message : $"The error '{command.ErrorCode}' is caught nowhere: {command.Message}");
        return null;
    }

    private static Node? Find(Turn turn, string workId) =>
        turn.Nodes.FirstOrDefault(n => n.Waiting == Waiting.Worker && ProcessInstance.WorkId(n) == workId);

    private static Refusal Gone(Turn turn, string workId) =>
        new(RefusalCode.WorkGone, $"Work '{workId}' of instance '{turn.State.Id}' is no longer wanted; its result is dropped.");
}
