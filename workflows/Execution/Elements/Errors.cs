using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>
/// Where an error or escalation is caught: outwards from where it was thrown, at each scope first by an event
/// subprocess, then by the scope's boundary events; at each place an exact code before a catch-all.
/// </summary>
internal static class Catchers
{
    internal readonly record struct Catcher(Node Node, EventNode Event);

    internal static Catcher? Find(Turn turn, Node thrower, Func<EventTrigger?, bool?> catches)
    {
        for (var node = thrower; ; node = turn.ParentOf(node))
        {
            if (Boundary(turn, node, catches) is { } boundary)
                return boundary;
            if (node.Parent == 0)
                return null;
            if (EventSub(turn, turn.ParentOf(node), node, catches) is { } sub)
                return sub;
        }
    }

    internal static void Start(Turn turn, Catcher catcher, Variables payload)
    {
        if (catcher.Event is BoundaryEvent boundary)
            Firing.FireBoundary(turn, catcher.Node, boundary, payload);
        else
            EventSubProcesses.Start(turn, catcher.Node, catcher.Event.Parent!, payload);
    }

    private static Catcher? Boundary(Turn turn, Node node, Func<EventTrigger?, bool?> catches)
    {
        // The boundary of a looping activity belongs to the loop as a whole.
        if (node.Kind is NodeKind.Process or NodeKind.Undo || turn.ParentOf(node).Kind == NodeKind.Body || turn.ElementOf(node) is not Activity activity)
            return null;
        return Best(activity.BoundaryEvents, catches) is { } found ? new(node, found) : null;
    }

    // A handler does not catch what it throws itself.
    private static Catcher? EventSub(Turn turn, Node scope, Node from, Func<EventTrigger?, bool?> catches)
    {
        var starts = turn.ContentOf(scope).EventSubProcesses.Where(s => s.Id != from.Element).Select(s => s.EventStart).OfType<StartEvent>();
        return Best(starts, catches) is { } found ? new(scope, found) : null;
    }

    private static EventNode? Best(IEnumerable<EventNode> candidates, Func<EventTrigger?, bool?> catches)
    {
        EventNode? general = null;
        foreach (var candidate in candidates)
        {
            switch (catches(candidate.Trigger))
            {
                case true: return candidate;
                case false: general ??= candidate; break;
            }
        }
        return general;
    }
}

/// <summary>Errors interrupt whatever catches them; one that nobody catches is an incident.</summary>
internal static class Errors
{
    internal static void ThrowFromEnd(Turn turn, Node node, string code)
    {
        if (Find(turn, node, code) is not { } catcher)
            throw new StepFailedException("error-uncaught", $"The error '{code}' thrown by '{node.Element}' is caught nowhere. Add an error boundary event or event subprocess, or correct the data and retry.");
        turn.Emit(new InstanceEvent.ElementCompleted(node.Element, node.Id));
        turn.Emit(new InstanceEvent.ErrorThrown(code, node.Element, catcher.Event.Id));
        var payload = node.Locals ?? Variables.None;
        turn.Remove(node);
        Catchers.Start(turn, catcher, payload);
    }

    /// <summary>An activity's work failed with a code. False: nobody catches it.</summary>
    internal static bool TryThrow(Turn turn, Node activity, string code, Variables payload)
    {
        if (Find(turn, activity, code) is not { } catcher)
            return false;
        turn.Emit(new InstanceEvent.ErrorThrown(code, activity.Element, catcher.Event.Id));
        Catchers.Start(turn, catcher, payload);
        return true;
    }

    // true: this very code; false: any code; null: not this kind of event.
    private static Catchers.Catcher? Find(Turn turn, Node node, string code) =>
        Catchers.Find(turn, node, trigger => trigger switch
        {
            EventTrigger.Error { Code: null } => false,
            EventTrigger.Error error when error.Code == code => true,
            _ => null,
        });
}

/// <summary>Escalations tell someone further out; without a catcher they pass unnoticed, as the specification wants it.</summary>
internal static class Escalations
{
    internal static void Throw(Turn turn, Node node, string? code)
    {
        var catcher = Catchers.Find(turn, node, trigger => trigger switch
        {
            EventTrigger.Escalation { Code: null } => false,
            EventTrigger.Escalation escalation when escalation.Code == code => true,
            _ => null,
        });
        turn.Emit(new InstanceEvent.EscalationThrown(code, node.Element, catcher?.Event.Id));
        if (catcher is { } found)
            Catchers.Start(turn, found, node.Locals ?? Variables.None);
    }
}
