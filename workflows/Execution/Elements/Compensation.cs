using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>
/// Undoing completed activities. What depended on something is undone before it; what was independent is undone at the
/// same time. Each completed activity is undone at most once.
/// </summary>
internal static class Compensation
{
    /// <summary>Notes a completed activity in its scope if it can be undone.</summary>
    internal static void Remember(Turn turn, Node node, Node scope, Activity activity)
    {
        if (HandlerOf(activity) is not null)
            scope.Undoable = [.. scope.Undoable, new(activity.Id, node.Loop?.Completed ?? 1, scope.Id, null, [])];
        else if (node.Kind == NodeKind.Body)
            scope.Undoable = [.. scope.Undoable, .. node.Undoable.Select(inner => inner with { Scope = scope.Id })];
        else if (Inner(node, scope, activity) is { } record)
            scope.Undoable = [.. scope.Undoable, record];
    }

    /// <summary>The same for one instance of a looping subprocess.</summary>
    internal static void RememberInstance(Turn turn, Node instance, Node body, Activity activity)
    {
        if (Inner(instance, body, activity) is { } record)
            body.Undoable = [.. body.Undoable, record];
    }

    /// <summary>A compensation throw or end event.</summary>
    internal static void Throw(Turn turn, Node node, EventTrigger.Compensation trigger)
    {
        var records = Take(turn, turn.ParentOf(node), trigger.ActivityId);
        node.Phase = Phase.Active;
        node.Undoing = records;
        if (!trigger.WaitForCompletion)
        {
            node.Undoing = [];
            foreach (var record in records)
                Undo(turn, record, 0);
        }
        GoOn(turn, node);
    }

    /// <summary>A handler has completed.</summary>
    internal static void HandlerDone(Turn turn, Node handler)
    {
        var scope = turn.ParentOf(handler);
        turn.Remove(handler);
        HandlerGone(turn, handler);
        Scopes.EndIfEmpty(turn, scope);
    }

    internal static void HandlerGone(Turn turn, Node handler)
    {
        if (turn.Find(handler.UndoneFor) is { } waiting)
            GoOn(turn, waiting);
    }

    /// <summary>A subprocess that was brought back has nothing running in it.</summary>
    internal static void UndoScopeIdle(Turn turn, Node scope)
    {
        if (scope.Undoing.Count == 0)
            HandlerDone(turn, scope);
    }

    private static void GoOn(Turn turn, Node waiting)
    {
        foreach (var record in waiting.Undoing.Where(r => IsNext(turn, waiting, r)).ToList())
        {
            waiting.Undoing = waiting.Undoing.Where(r => r != record).ToList();
            Undo(turn, record, waiting.Id);
        }
        if (waiting.Undoing.Count > 0 || turn.Nodes.Any(n => n.UndoneFor == waiting.Id))
            return;
        if (waiting.Kind == NodeKind.Undo)
            Scopes.EndIfEmpty(turn, waiting);
        else
            turn.Enqueue(waiting, Phase.Leaving);
    }

    // Later work that could build on this must be undone first.
    private static bool IsNext(Turn turn, Node waiting, UndoRecord record)
    {
        var scope = turn.Find(record.Scope)!;
        var after = turn.ProcessOf(scope).After(turn.ElementAt(scope, record.Element));
        return !waiting.Undoing.SkipWhile(r => r != record).Skip(1).Any(later => after.Contains(turn.ElementAt(scope, later.Element)))
            && !turn.Nodes.Any(n => n.UndoneFor == waiting.Id && UndoneBy(turn, n) is { } undone && undone.Id != record.Element && after.Contains(undone));
    }

    private static FlowNode? UndoneBy(Turn turn, Node handler)
    {
        var element = turn.ElementOf(handler);
        if (handler.Kind == NodeKind.Undo)
            return element;
        return turn.ProcessOf(handler).Nodes.OfType<BoundaryEvent>().FirstOrDefault(b => b.CompensationHandler == element)?.AttachedTo;
    }

    private static void Undo(Turn turn, UndoRecord record, int waiting)
    {
        var scope = turn.Find(record.Scope)!;
        var activity = (Activity)turn.ElementAt(scope, record.Element);
        if (HandlerOf(activity) is { } handler)
        {
            turn.Emit(new InstanceEvent.CompensationStarted(record.Element, handler.Id));
            for (var i = 0; i < record.Count; i++)
                turn.Place(scope, handler).UndoneFor = waiting;
            return;
        }
        var undo = turn.Add(NodeKind.Undo, scope, activity.Id, Phase.Active);
        undo.UndoneFor = waiting;
        undo.Locals = record.Locals;
        var inner = record.Inner.Select(i => i with { Scope = undo.Id }).ToList();
        if (EventSubOf(activity) is { } sub)
        {
            // Its own handler decides what inside is undone, and says so by throwing.
            undo.Undoable = inner;
            turn.Emit(new InstanceEvent.CompensationStarted(record.Element, sub.Id));
            EventSubProcesses.Start(turn, undo, sub, Variables.None);
            return;
        }
        undo.Undoing = inner;
        GoOn(turn, undo);
    }

    /// <summary>Takes the records that a throw is about out of its scope; from an event subprocess also out of the scope it handles.</summary>
    private static List<UndoRecord> Take(Turn turn, Node scope, string? activityId)
    {
        var taken = new List<UndoRecord>();
        for (var at = scope; ; at = turn.ParentOf(at))
        {
            var mine = at.Undoable.Where(r => activityId is null || r.Element == activityId).ToList();
            at.Undoable = at.Undoable.Except(mine).ToList();
            taken.InsertRange(0, mine);
            if (at.Kind != NodeKind.Token || turn.ElementOf(at) is not SubProcess { IsEventSubProcess: true })
                return taken;
        }
    }

    private static UndoRecord? Inner(Node node, Node scope, Activity activity)
    {
        if (activity is not SubProcess || (node.Undoable.Count == 0 && EventSubOf(activity) is null))
            return null;
        return new(activity.Id, 1, scope.Id, node.Locals, node.Undoable);
    }

    private static Activity? HandlerOf(Activity activity) =>
        activity.BoundaryEvents.FirstOrDefault(b => b.Trigger is EventTrigger.Compensation)?.CompensationHandler;

    private static SubProcess? EventSubOf(Activity activity) =>
        (activity as SubProcess)?.Content.EventSubProcesses.FirstOrDefault(s => s.EventStart?.Trigger is EventTrigger.Compensation);
}
