using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

internal static class Messages
{
    internal static void Publish(Turn turn, Node node, MessageReference message, Variables payload)
    {
        var correlation = message.CorrelationKey is { } key
            ? turn.EvaluateText(node, new TextOrExpression(null, key), "The correlation key") : null;
        turn.Ask(new HostWork.PublishMessage(turn.EvaluateText(node, message.Name, "The message's name"), correlation, payload));
    }
}

internal static class Signals
{
    internal static void Throw(Turn turn, Node node, TextOrExpression name)
    {
        var text = turn.EvaluateText(node, name, "The signal's name");
        var payload = node.Locals ?? Variables.None;
        turn.Ask(new HostWork.BroadcastSignal(text, payload));
        Broadcast(turn, text, payload);
    }

    /// <summary>Reaches everything that waits for the signal at this moment.</summary>
    internal static void Broadcast(Turn turn, string name, Variables payload)
    {
        foreach (var wait in turn.Waits.Where(w => w.Kind == WaitKind.Signal && w.Name == name).ToList())
        {
            if (!turn.Waits.Contains(wait))
                continue;
            turn.Emit(new InstanceEvent.SignalReceived(name, wait.Element));
            Firing.Fire(turn, wait, payload);
        }
    }
}
