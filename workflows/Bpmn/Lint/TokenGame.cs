using System.Collections.Immutable;

namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Explores which flows of one scope can hold tokens at the same time. Conditions count as open, waits as done.</summary>
internal sealed class TokenGame(ProcessDefinition process, ScopeContent scope)
{
    // A model that needs more states than this is reported on by what was seen so far.
    private const int MaxStates = 4_000;
    private const int MaxTokensPerFlow = 2;

    private readonly Dictionary<FlowNode, HashSet<SequenceFlow>> stuck = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<ImmutableArray<SequenceFlow>> open = new();

    internal IEnumerable<(FlowNode Gateway, IReadOnlyList<SequenceFlow> Missing)> FindStuckJoins()
    {
        foreach (var start in scope.Starts)
        {
            foreach (var option in Options(start))
                Visit([.. option]);
        }
        while (seen.Count < MaxStates && open.TryDequeue(out var marking))
            Explore(marking);
        return stuck.Select(s => (s.Key, (IReadOnlyList<SequenceFlow>)s.Value.OrderBy(f => f.Line).ToList()));
    }

    // One enabled element at a time is enough: what the others can do does not depend on the order.
    private void Explore(ImmutableArray<SequenceFlow> marking)
    {
        foreach (var flow in marking)
        {
            var node = flow.Target;
            if (node is InclusiveGateway && node.Incoming.Length > 1)
                continue;
            if (node is ParallelGateway && node.Incoming.Length > 1)
            {
                if (!node.Incoming.All(f => marking.Contains(f)))
                    continue;
                Visit([.. Without(marking, node.Incoming), .. node.Outgoing]);
                return;
            }
            foreach (var option in Options(node))
                Visit(node is EndEvent { Trigger: EventTrigger.Terminate } ? [] : [.. marking.Remove(flow), .. option]);
            return;
        }
        if (!OpenInclusive(marking) && marking.Length > 0)
            NoteStuck(marking);
    }

    private bool OpenInclusive(ImmutableArray<SequenceFlow> marking)
    {
        foreach (var gateway in marking.Select(f => f.Target).OfType<InclusiveGateway>().Distinct())
        {
            var arrived = marking.Where(f => f.Target == gateway).Distinct().ToList();
            var blocked = marking.Any(f => f.Target != gateway && Blocks(f, gateway, arrived));
            if (blocked)
                continue;
            foreach (var option in Options(gateway))
                Visit([.. Without(marking, arrived), .. option]);
            return true;
        }
        return false;
    }

    private bool Blocks(SequenceFlow token, FlowNode gateway, List<SequenceFlow> arrived)
    {
        var reached = process.IncomingReachedFrom(token.Target, gateway);
        return reached.Count > 0 && !arrived.Exists(f => reached.Contains(f.Id));
    }

    private static ImmutableArray<SequenceFlow> Without(ImmutableArray<SequenceFlow> marking, IEnumerable<SequenceFlow> flows)
    {
        foreach (var flow in flows)
            marking = marking.Remove(flow);
        return marking;
    }

    private void NoteStuck(ImmutableArray<SequenceFlow> marking)
    {
        foreach (var gateway in marking.Select(f => f.Target).OfType<ParallelGateway>().Distinct())
        {
            if (!stuck.TryGetValue(gateway, out var missing))
                stuck.Add(gateway, missing = []);
            missing.UnionWith(gateway.Incoming.Where(f => !marking.Contains(f)));
        }
    }

    private void Visit(ImmutableArray<SequenceFlow> marking)
    {
        var sorted = marking.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        if (sorted.GroupBy(f => f).Any(g => g.Count() > MaxTokensPerFlow))
            return;
        if (seen.Add(string.Join('|', sorted.Select(f => f.Id))))
            open.Enqueue(sorted);
    }

    /// <summary>The sets of flows that an element may put tokens on.</summary>
    private static IEnumerable<IEnumerable<SequenceFlow>> Options(FlowNode node)
    {
        if (node is IntermediateThrowEvent { LinkTarget: { } link })
            return [link.Outgoing];
        var normal = Splits(node);
        return node is Activity { BoundaryEvents.Length: > 0 } activity ? normal.Concat(WithBoundaries(activity, normal)) : normal;
    }

    private static List<IEnumerable<SequenceFlow>> Splits(FlowNode node)
    {
        if (node.Outgoing.Length <= 1)
            return [node.Outgoing];
        if (node is ExclusiveGateway or EventBasedGateway)
            return node.Outgoing.Select(f => (IEnumerable<SequenceFlow>)[f]).ToList();
        if (node is ParallelGateway || node.Outgoing.All(f => f.Condition is null && !f.IsDefault))
            return [node.Outgoing];
        // Conditional flows: each alone and all together show every join that can starve.
        var always = node.Outgoing.Where(f => f.Condition is null && !f.IsDefault).ToList();
        var choices = node.Outgoing.Where(f => f.Condition is not null).ToList();
        List<IEnumerable<SequenceFlow>> options = [always.Concat(choices)];
        options.AddRange(choices.Select(c => always.Append(c)));
        if (node.Default is { } otherwise)
            options.Add(always.Append(otherwise));
        return options;
    }

    private static IEnumerable<IEnumerable<SequenceFlow>> WithBoundaries(Activity activity, List<IEnumerable<SequenceFlow>> normal)
    {
        foreach (var boundary in activity.BoundaryEvents.Where(b => b.Trigger is not EventTrigger.Compensation))
        {
            if (boundary.CancelsActivity)
            {
                yield return boundary.Outgoing;
                continue;
            }
            foreach (var option in normal)
                yield return option.Concat(boundary.Outgoing);
        }
    }
}
