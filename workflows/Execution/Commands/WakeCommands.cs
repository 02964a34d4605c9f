using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>Timers, messages and signals.</summary>
internal static class WakeCommands
{
    internal static Refusal? Trigger(Turn turn, Command.TriggerTimer command)
    {
        if (turn.FindWait(WaitKind.Timer, command.TimerId) is not { } wait)
            return new(RefusalCode.TimerGone, $"Timer '{command.TimerId}' of instance '{turn.State.Id}' is gone; nothing is to be done.");
        turn.Emit(new InstanceEvent.TimerFired(command.TimerId, wait.Element));
        Firing.Fire(turn, wait, Variables.None);
        return null;
    }

    internal static Refusal? Deliver(Turn turn, Command.DeliverMessage command)
    {
        if (VariableCommands.TooLarge(turn, command.Variables) is { } tooLarge)
            return tooLarge;
        var wait = turn.Waits.FirstOrDefault(w => w.Kind == WaitKind.Message && w.Name == command.Name
            && (w.Correlation is null || w.Correlation == command.Correlation));
        if (wait is null)
            return new(RefusalCode.NoReceiver, $"Nothing in instance '{turn.State.Id}' waits for message '{command.Name}'.");
        turn.Emit(new InstanceEvent.MessageReceived(command.Name, wait.Element));
        Firing.Fire(turn, wait, command.Variables);
        return null;
    }

    internal static Refusal? Broadcast(Turn turn, Command.BroadcastSignal command)
    {
        if (VariableCommands.TooLarge(turn, command.Variables) is { } tooLarge)
            return tooLarge;
        Signals.Broadcast(turn, command.Name, command.Variables);
        return null;
    }
}
