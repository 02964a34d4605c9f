using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution;

/// <summary>The pure interpreter: (definition, state, command, now) to (new state, events, work). Thread-safe, no I/O, no clock.</summary>
public static class Interpreter
{
    /// <summary>Carries out one command.</summary>
    /// <param name="definition">The version that the instance runs on (for <see cref="Command.Migrate"/>: the new one).</param>
    /// <param name="state">Null only for <see cref="Command.Start"/>.</param>
    /// <param name="now">Business time.</param>
    public static Decision Decide(
        ProcessDefinition definition,
        ProcessInstance? state,
        Command command,
        DateTimeOffset now,
        InterpreterSettings settings) =>
        new Decision.Refused(RefusalCode.NotStarted, "Not built yet.");
}

/// <summary>What the interpreter needs from outside.</summary>
/// <param name="Definitions">Called processes and decisions.</param>
/// <param name="Calendar">Working days for due dates and timers.</param>
public sealed record InterpreterSettings(IDefinitions Definitions, IWorkingCalendar Calendar)
{
    /// <summary>Automatic steps that one command may cause before an incident is raised instead.</summary>
    public int MaxStepsPerCommand { get; init; } = 50_000;

    /// <summary>Size of all variables as JSON beyond which a command is refused.</summary>
    public int MaxVariableBytes { get; init; } = 256 * 1024;
}
