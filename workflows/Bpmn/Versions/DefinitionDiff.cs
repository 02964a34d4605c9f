namespace Orchestrator.Workflows.Bpmn.Versions;

public enum ChangeKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>One difference between two versions.</summary>
/// <param name="ElementType">The BPMN element name, or <c>process</c>.</param>
/// <param name="Name">Label in the newer version where it exists there.</param>
/// <param name="What">What is different, for <see cref="ChangeKind.Changed"/>: <c>settings</c>, <c>place</c>, <c>ends</c>, <c>condition</c>, <c>stages</c>.</param>
public sealed record ElementChange(ChangeKind Kind, string ElementId, string ElementType, LocalizedText? Name, IReadOnlyList<string> What);

/// <summary>Compares two versions of a process by element id. Layout and the order in the file do not count.</summary>
public static class DefinitionDiff
{
    public static IReadOnlyList<ElementChange> Between(ProcessDefinition older, ProcessDefinition newer)
    {
        var changes = new List<ElementChange>();
        if (!older.Stages.SequenceEqual(newer.Stages) || older.Zone != newer.Zone)
            changes.Add(new(ChangeKind.Changed, newer.Id, "process", newer.Name, older.Zone == newer.Zone ? ["stages"] : ["settings"]));
        Compare(
            changes, older.Nodes, newer.Nodes, n => n.Id,
            (n, kind, what) => new(kind, n.Id, n.ElementType, n.Name, what), NodeDifferences);
        Compare(
            changes, older.Flows, newer.Flows, f => f.Id,
            (f, kind, what) => new(kind, f.Id, "sequenceFlow", f.Name, what), FlowDifferences);
        return changes;
    }

    private static void Compare<T>(
        List<ElementChange> changes,
        IEnumerable<T> older,
        IEnumerable<T> newer,
        Func<T, string> id,
        Func<T, ChangeKind, IReadOnlyList<string>, ElementChange> change,
        Func<T, T, IEnumerable<string>> differences)
    {
        var before = older.ToDictionary(id, StringComparer.Ordinal);
        foreach (var item in newer)
        {
            if (!before.Remove(id(item), out var previous))
                changes.Add(change(item, ChangeKind.Added, []));
            else if (differences(previous, item).ToList() is { Count: > 0 } what)
                changes.Add(change(item, ChangeKind.Changed, what));
        }
        changes.AddRange(before.Values.Select(gone => change(gone, ChangeKind.Removed, [])));
    }

    private static IEnumerable<string> NodeDifferences(FlowNode older, FlowNode newer)
    {
        if (older.Fingerprint != newer.Fingerprint || older.ElementType != newer.ElementType)
            yield return "settings";
        if (older.Parent?.Id != newer.Parent?.Id)
            yield return "place";
    }

    private static IEnumerable<string> FlowDifferences(SequenceFlow older, SequenceFlow newer)
    {
        if (older.Source.Id != newer.Source.Id || older.Target.Id != newer.Target.Id)
            yield return "ends";
        if (older.Condition?.Text != newer.Condition?.Text || older.IsDefault != newer.IsDefault)
            yield return "condition";
        if (older.Name != newer.Name)
            yield return "settings";
    }
}
