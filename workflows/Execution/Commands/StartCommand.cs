using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

internal static class StartCommand
{
    internal static Turn Begin(ProcessDefinition definition, Command.Start start, DateTimeOffset now, InterpreterSettings settings) =>
        new(definition, new ProcessInstance { Id = start.InstanceId, ProcessId = definition.Id, Owner = start.Owner, Version = definition.VersionTag }, now, settings);

    internal static Refusal? Apply(Turn turn, Command.Start start)
    {
        if (VariableCommands.TooLarge(turn, start.Variables) is { } tooLarge)
            return tooLarge;
        var content = turn.Definition.Content;
        var named = start.StartElementId is { } id ? content.Starts.OfType<StartEvent>().FirstOrDefault(s => s.Id == id) : null;
        if (start.StartElementId is not null && named is null)
            return new(RefusalCode.UnknownElement, $"Process '{turn.Definition.Id}' has no start event '{start.StartElementId}'.");
        var root = turn.Add(NodeKind.Process, null, turn.Definition.Id, Phase.Active);
        root.Locals = start.Variables;
        var starts = named is null ? Scopes.PlainStarts(content) ?? FirstThatHolds(turn, root, content) : [named];
        if (starts is null)
            return new(RefusalCode.NoStart, $"Process '{turn.Definition.Id}' has no plain start event, and none whose condition holds. Name the start event to use.");
        turn.Emit(new InstanceEvent.ProcessStarted(start.InstanceId, turn.Definition.Id, start.StartElementId));
        try
        {
            Scopes.OpenEventStarts(turn, root, content);
        }
        catch (StepFailedException failed)
        {
            return new(RefusalCode.NoStart, failed.Message);
        }
        foreach (var element in starts)
            turn.Place(root, element);
        return null;
    }

    /// <summary>A conditional start of a process is tried against the variables that it would start with.</summary>
    private static IReadOnlyList<FlowNode>? FirstThatHolds(Turn turn, Node root, ScopeContent content)
    {
        var holds = content.Starts.FirstOrDefault(s => s is StartEvent { Trigger: EventTrigger.Conditional { Condition: var condition } } && turn.Evaluate(root, condition) is true);
        return holds is null ? null : [holds];
    }
}
