using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution.Elements;

/// <summary>Multi-instance activities, standard loops and quorums: a body that starts, counts and ends single instances.</summary>
internal static class LoopBody
{
    internal static bool IsNeeded(Turn turn, Node node, Activity activity) =>
        (activity.Loop is not null || activity is UserTask { Quorum: > 1 })
        && node.Kind == NodeKind.Token && turn.ParentOf(node).Kind != NodeKind.Body;

    internal static void Open(Turn turn, Node node, Activity activity)
    {
        var loop = activity.Loop switch
        {
            Loop.MultiInstance multiple => Prepare(turn, node, multiple),
            Loop.Standard standard => Prepare(turn, node, standard),
            _ => new LoopState(((UserTask)activity).Quorum, 0, 0, 0),
        };
        ActivityEntry.OpenBoundaries(turn, node, activity);
        (node.Kind, node.Phase, node.Loop) = (NodeKind.Body, Phase.Active, loop);
        var first = activity.Loop switch
        {
            Loop.MultiInstance { IsSequential: true } => Math.Min(1, loop.Total),
            Loop.Standard standard => StandardGoesOn(turn, node, standard, isFirst: true) ? 1 : 0,
            _ => loop.Total,
        };
        if (first == 0)
        {
            Finish(turn, node, activity);
            return;
        }
        for (var i = 0; i < first; i++)
            StartNext(turn, node, activity, loop.Items);
        // Parallel instances have their items; nothing needs the collection any more.
        if (activity.Loop is Loop.MultiInstance { IsSequential: false })
            node.Loop = node.Loop! with { Items = null };
    }

    internal static void InstanceDone(Turn turn, Node instance, Node body, Activity activity)
    {
        var before = body.Loop!;
        body.Loop = before with { Completed = before.Completed + 1, Outputs = WithOutput(turn, instance, activity, before) };
        bool isDone;
        try
        {
            isDone = IsDone(turn, instance, body, activity);
        }
        catch (StepFailedException)
        {
            body.Loop = before;
            throw;
        }
        turn.Emit(new InstanceEvent.ElementCompleted(instance.Element, instance.Id));
        Compensation.RememberInstance(turn, instance, body, activity);
        turn.Remove(instance);
        if (isDone)
        {
            foreach (var rest in turn.ChildrenOf(body).ToList())
            {
                Cancellation.Cancel(turn, rest);
                body.Loop = body.Loop with { Terminated = body.Loop.Terminated + 1 };
            }
            Finish(turn, body, activity);
        }
        else if (body.Children == 0)
        {
            StartNext(turn, body, activity, body.Loop.Items);
        }
    }

    /// <summary>A single instance was interrupted without the body: it counts as terminated.</summary>
    private static bool IsDone(Turn turn, Node instance, Node body, Activity activity)
    {
        var loop = body.Loop!;
        return activity.Loop switch
        {
            Loop.MultiInstance multiple => loop.Completed >= loop.Total
                || (multiple.CompletionCondition is { } condition && turn.EvaluateCondition(instance, condition, $"that ends '{activity.Id}'")),
            Loop.Standard standard => !StandardGoesOn(turn, body, standard, isFirst: false),
            _ => loop.Completed >= loop.Total || IsRefused(turn, instance, (UserTask)activity),
        };
    }

    private static bool IsRefused(Turn turn, Node instance, UserTask task) =>
        turn.TryGet(instance, task.OutcomeVariable, out var outcome) && outcome is string id && task.FindOutcome(id) is { RequiresReason: true };

    private static LoopState Prepare(Turn turn, Node node, Loop.MultiInstance multiple)
    {
        if (multiple.InputCollection is { } collection)
        {
            // A scalar is no list of one here: a mistyped variable must not send one message to nobody.
            if (turn.Evaluate(node, collection) is not IReadOnlyList<object?> items)
                throw turn.NoValue(node, collection, "The collection");
            return new LoopState(items.Count, 0, 0, 0) { Items = items };
        }
        if (turn.Evaluate(node, multiple.Cardinality!) is decimal count && count >= 0 && decimal.IsInteger(count) && count <= turn.Settings.MaxStepsPerCommand)
            return new LoopState((int)count, 0, 0, 0);
        throw turn.NoValue(node, multiple.Cardinality!, "The number of instances");
    }

    private static LoopState Prepare(Turn turn, Node node, Loop.Standard standard)
    {
        if (standard.Maximum is not { } maximum)
            return new(-1, 0, 0, 0);
        return turn.Evaluate(node, maximum) is decimal count && count >= 0 && decimal.IsInteger(count) && count < int.MaxValue
            ? new((int)count, 0, 0, 0) : throw turn.NoValue(node, maximum, "The maximum of the loop");
    }

    private static bool StandardGoesOn(Turn turn, Node body, Loop.Standard standard, bool isFirst)
    {
        var loop = body.Loop!;
        if (loop.Total >= 0 && loop.Completed >= loop.Total)
            return false;
        if (isFirst && !standard.TestBefore)
            return true;
        return standard.Condition is null || turn.EvaluateCondition(body, standard.Condition, $"that repeats '{body.Element}'");
    }

    private static void StartNext(Turn turn, Node body, Activity activity, IReadOnlyList<object?>? items)
    {
        var loop = body.Loop!;
        var instance = turn.Place(body, activity);
        var locals = Variables.Of(("loopCounter", (decimal)(loop.Started + 1)));
        if (activity.Loop is Loop.MultiInstance multiple)
        {
            if (multiple.InputElement is { } name && items is not null)
                locals = locals.With(name, items[loop.Started]);
            // The result of an instance must not leak into its neighbours.
            if (multiple.OutputElement is { } output && IsName(output.Text) && !locals.ContainsKey(output.Text))
                locals = locals.With(output.Text, null);
        }
        (instance.Locals, instance.Index) = (locals, loop.Started + 1);
        body.Loop = loop with { Started = loop.Started + 1 };
    }

    private static object?[]? WithOutput(Turn turn, Node instance, Activity activity, LoopState loop)
    {
        if (activity.Loop is not Loop.MultiInstance { OutputCollection: not null, OutputElement: { } element })
            return null;
        var outputs = (loop.Outputs ?? Enumerable.Repeat<object?>(null, loop.Total)).ToArray();
        outputs[instance.Index - 1] = FeelValue.From(turn.Evaluate(instance, element));
        return outputs;
    }

    private static void Finish(Turn turn, Node body, Activity activity)
    {
        if (activity.Loop is Loop.MultiInstance { OutputCollection: { } target, OutputElement: not null })
            turn.SetNearest(turn.ParentOf(body), target, body.Loop!.Outputs ?? new object?[body.Loop.Total]);
        Completion.Begin(turn, body);
    }

    private static bool IsName(string text) => text.All(c => char.IsLetterOrDigit(c) || c == '_');
}
