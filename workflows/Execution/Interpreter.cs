using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Commands;

namespace Orchestrator.Workflows.Execution;

/// <summary>The pure interpreter: (definition, state, command, now) to (new state, events, work). Thread-safe, no I/O, no clock.</summary>
public static class Interpreter
{
    /// <summary>Carries out one command.</summary>
    /// <param name="definition">The version that the instance runs on (for <see cref="Command.Migrate"/>: the new one).</param>
    /// <param name="state">Null only for <see cref="Command.Start"/>. It is never changed.</param>
    /// <param name="now">Business time.</param>
    public static Decision Decide(
        ProcessDefinition definition,
        ProcessInstance? state,
        Command command,
        DateTimeOffset now,
        InterpreterSettings settings)
    {
        if (command is Command.Start start)
        {
            return state is null
                ? Answer(StartCommand.Begin(definition, start, now, settings), turn => StartCommand.Apply(turn, start))
                : Refuse(RefusalCode.AlreadyStarted, $"Instance '{state.Id}' has been started already.");
        }
        if (state is null)
            return Refuse(RefusalCode.NotStarted, "There is no instance yet. Start it first.");
        if (state.IsEnded)
            return Refuse(RefusalCode.NotRunning, $"Instance '{state.Id}' has ended ({state.Status}).");
        if (state.Status == InstanceStatus.Suspended && command is not (Command.Resume or Command.Cancel or Command.Migrate or Command.Modify))
            return Refuse(RefusalCode.Suspended, $"Instance '{state.Id}' is suspended. Resume it first.");
        if (command is Command.Migrate migrate)
            return MigrateCommand.Apply(definition, state, migrate, now, settings);
        return Answer(new Turn(definition, state, now, settings), turn => Dispatch(turn, command));
    }

    private static Refusal? Dispatch(Turn turn, Command command) => command switch
    {
        Command.CompleteTask complete => CompleteTaskCommand.Apply(turn, complete),
        Command.TriggerTimer timer => WakeCommands.Trigger(turn, timer),
        Command.DeliverMessage message => WakeCommands.Deliver(turn, message),
        Command.BroadcastSignal signal => WakeCommands.Broadcast(turn, signal),
        Command.CompleteWork done => WorkCommands.Complete(turn, done),
        Command.FailWork failed => WorkCommands.Fail(turn, failed),
        Command.SetVariables set => VariableCommands.Set(turn, set),
        Command.RetryIncident retry => IncidentCommands.Retry(turn, retry),
        Command.SendBack back => SendBackCommand.Apply(turn, back),
        Command.Modify modify => ModifyCommand.Apply(turn, modify),
        Command.Suspend suspend => LifecycleCommands.Suspend(turn, suspend),
        Command.Resume resume => LifecycleCommands.Resume(turn, resume),
        Command.Cancel cancel => LifecycleCommands.Cancel(turn, cancel),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Decision Answer(Turn turn, Func<Turn, Refusal?> apply)
    {
        try
        {
            if (apply(turn) is { } refusal)
                return new Decision.Refused(refusal.Code, refusal.Reason);
            turn.Run();
            return turn.Finish();
        }
        catch (StepFailedException failed)
        {
            // What fails outside a token's own step has no place for an incident; the turn is thrown away instead.
            return new Decision.Refused(RefusalCode.StepFailed, failed.Message);
        }
    }

    private static Decision.Refused Refuse(RefusalCode code, string reason) => new(code, reason);
}

/// <summary>What the interpreter needs from outside.</summary>
/// <param name="Definitions">Called processes and decisions.</param>
/// <param name="Calendar">Working days for due dates and timers.</param>
public sealed record InterpreterSettings(IDefinitions Definitions, IWorkingCalendar Calendar)
{
    /// <summary>Automatic steps that one command may cause before an incident is raised instead.</summary>
    public int MaxStepsPerCommand { get; init; } = 50_000;

    /// <summary>Size of the variables of one command as JSON beyond which it is refused.</summary>
    public int MaxVariableBytes { get; init; } = 256 * 1024;
}
