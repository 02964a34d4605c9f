using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

internal static class CompleteTaskCommand
{
    internal static Refusal? Apply(Turn turn, Command.CompleteTask command)
    {
        var node = turn.Nodes.FirstOrDefault(n => n.Waiting == Waiting.Person && ProcessInstance.TaskId(n) == command.TaskId);
        if (node is null)
            return new(RefusalCode.TaskGone, $"Task '{command.TaskId}' of instance '{turn.State.Id}' is not open: it was completed, cancelled or sent back. Reload the list.");
        var task = (UserTask)turn.ElementOf(node);
        if (Check(turn, node, task, command) is { } refusal)
            return refusal;
        turn.Emit(new InstanceEvent.TaskCompleted(command.TaskId, task.Id, command.Outcome, command.By, command.Reason));
        turn.NoteDoneBy(task.Id, command.By);
        var outcome = command.Outcome is null ? null : task.FindOutcome(command.Outcome);
        var variables = outcome is null ? command.Variables : command.Variables.With(task.OutcomeVariable, outcome.Id);
        if (outcome?.SendBackTo is { } target)
        {
            turn.SetNearest(node, variables);
            // It is completed, not cancelled.
            node.Waiting = Waiting.Nobody;
            return SendBackCommand.Apply(turn, new(target, command.Reason ?? "", command.By));
        }
        if (turn.ParentOf(node) is { Kind: NodeKind.Body } body && task.Quorum > 1)
            body.Loop = body.Loop! with { People = [.. body.Loop.People, command.By] };
        Completion.Deliver(turn, node, variables);
        return null;
    }

    private static Refusal? Check(Turn turn, Node node, UserTask task, Command.CompleteTask command)
    {
        if (VariableCommands.TooLarge(turn, command.Variables) is { } tooLarge)
            return tooLarge;
        if (task.Outcomes.Length > 0 && (command.Outcome is null || task.FindOutcome(command.Outcome) is null))
            return new(RefusalCode.UnknownOutcome, $"Task '{task.Id}' has no outcome '{command.Outcome}'. Choose one of: {string.Join(", ", task.Outcomes.Select(o => o.Id))}.");
        if (task.Outcomes.Length == 0 && command.Outcome is not null)
            return new(RefusalCode.UnknownOutcome, $"Task '{task.Id}' is completed without an outcome; '{command.Outcome}' means nothing to it.");
        if (command.Outcome is { } id && task.FindOutcome(id)!.RequiresReason && string.IsNullOrWhiteSpace(command.Reason))
            return new(RefusalCode.ReasonMissing, $"The outcome '{id}' of task '{task.Id}' needs a reason.");
        if (SeparationOfDuties.Conflict(turn.ProcessOf(node), turn.State, task.Id, command.By) is { } conflict)
            return new(RefusalCode.SeparationOfDuties, conflict);
        if (task.Quorum > 1 && turn.ParentOf(node).Loop?.People.Contains(command.By) == true)
            return new(RefusalCode.SeparationOfDuties, $"Task '{task.Id}' needs {task.Quorum} different people; '{command.By}' has completed it already.");
        return null;
    }
}
