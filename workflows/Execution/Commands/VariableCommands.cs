namespace Orchestrator.Workflows.Execution.Commands;

internal static class VariableCommands
{
    internal static Refusal? Set(Turn turn, Command.SetVariables command)
    {
        if (TooLarge(turn, command.Variables) is { } tooLarge)
            return tooLarge;
        var root = turn.Nodes.First(n => n.Parent == 0);
        turn.SetNearest(root, command.Variables);
        turn.Emit(new InstanceEvent.VariablesSet([.. command.Variables.Keys.Order(StringComparer.Ordinal)]));
        turn.LookAtConditions();
        return null;
    }

    internal static Refusal? TooLarge(Turn turn, Variables variables)
    {
        var limit = turn.Settings.MaxVariableBytes;
        if (variables.Count == 0 || VariableValues.Size(variables, limit) <= limit)
            return null;
        return new(RefusalCode.VariablesTooLarge, $"The variables take more than {limit / 1024} KB. Keep large data in the host and pass a reference.");
    }
}
