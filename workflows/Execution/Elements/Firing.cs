using System.Diagnostics;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Something waited for has come.</summary>
internal static class Firing
{
    internal static void Fire(Turn turn, Wait wait, Variables payload)
    {
        var owner = turn.Find(wait.Owner)!;
        switch (turn.ElementAt(owner, wait.Element))
        {
            case BoundaryEvent boundary:
                turn.Consume(wait, repeats: !boundary.CancelsActivity);
                FireBoundary(turn, owner, boundary, payload);
                break;
            case StartEvent start:
                turn.Consume(wait, repeats: !start.IsInterrupting);
                EventSubProcesses.Start(turn, owner, start.Parent!, payload);
                break;
            case ReceiveTask receive:
                MoveTo(turn, owner, receive);
                turn.Consume(wait, repeats: false);
                Completion.Deliver(turn, owner, payload);
                break;
            case IntermediateCatchEvent caught:
                MoveTo(turn, owner, caught);
                turn.Consume(wait, repeats: false);
                turn.CloseWaits(owner);
                owner.Locals = payload.Count > 0 ? payload : null;
                turn.Enqueue(owner, Phase.Fired);
                break;
            default:
                throw new UnreachableException();
        }
    }

    internal static void FireBoundary(Turn turn, Node host, BoundaryEvent boundary, Variables payload)
    {
        var fired = Caught(turn, turn.ParentOf(host), boundary, payload);
        if (!boundary.CancelsActivity)
            return;
        Cancellation.Cancel(turn, host);
        if (host.UndoneFor != 0)
            Compensation.HandlerGone(turn, host);
        Debug.Assert(fired.Parent == host.Parent);
    }

    /// <summary>A token at an event that has just been caught.</summary>
    internal static Node Caught(Turn turn, Node scope, EventNode element, Variables payload)
    {
        var node = turn.Add(NodeKind.Token, scope, element.Id, Phase.Fired);
        node.Locals = payload.Count > 0 ? payload : null;
        turn.Enqueue(node, Phase.Fired);
        return node;
    }

    // Behind an event-based gateway the token still stands at the gateway.
    private static void MoveTo(Turn turn, Node owner, FlowNode element)
    {
        if (owner.Element == element.Id)
            return;
        turn.Emit(new InstanceEvent.ElementCompleted(owner.Element, owner.Id));
        owner.Element = element.Id;
        turn.EnterStage(element);
        turn.Emit(new InstanceEvent.ElementEntered(element.Id, owner.Id));
    }
}
