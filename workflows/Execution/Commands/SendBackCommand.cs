using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;

namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>Back to an earlier stage: everything open ends, one token stands at the stage's entry.</summary>
internal static class SendBackCommand
{
    internal static Refusal? Apply(Turn turn, Command.SendBack command)
    {
        var stage = turn.Definition.FindStage(command.To);
        var target = stage is null ? turn.Definition.Find(command.To) : stage.EntryElementId is { } entry ? turn.Definition.Find(entry) : null;
        if (target is null or BoundaryEvent or StartEvent { Parent.IsEventSubProcess: true } or Activity { IsForCompensation: true })
            return new(RefusalCode.UnknownElement, $"'{command.To}' is neither a stage with an entry nor an element that a token can be placed at.");
        if (command.Variables is { } variables && VariableCommands.TooLarge(turn, variables) is { } tooLarge)
            return tooLarge;
        var root = turn.Nodes.First(n => n.Parent == 0);
        if (command.Variables is { } changes)
            turn.SetNearest(root, changes);
        foreach (var child in turn.ChildrenOf(root).ToList())
            Cancellation.Cancel(turn, child);
        turn.CloseWaits(root);
        // What was done before the send-back is done again or still stands; undoing it is no longer this run's business.
        root.Undoable = [];
        turn.Emit(new InstanceEvent.SentBack(target.Id, stage?.Id ?? target.StageId, command.Reason, command.By));
        Scopes.OpenEventStarts(turn, root, turn.Definition.Content);
        Placement.At(turn, root, target);
        return null;
    }
}
