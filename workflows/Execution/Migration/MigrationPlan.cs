using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Migration;

/// <summary>The pre-flight of a migration: where every token, wait and undo record of an instance would go.</summary>
public static class MigrationPlan
{
    /// <summary>Looks without changing anything. Called processes inside the instance stay on their own versions.</summary>
    public static MigrationReport Check(ProcessDefinition target, ProcessInstance instance, ProcessMigration migration)
    {
        var findings = new List<MigrationFinding>();
        var own = OwnNodes(instance);
        foreach (var node in own.Values.Where(n => n.Kind != NodeKind.Process))
            CheckNode(target, migration, node, own, findings);
        foreach (var record in own.Values.SelectMany(n => n.Undoable.Concat(n.Undoing)))
        {
            if (target.Find(migration.TargetOf(record.Element)) is not Activity)
                findings.Add(new(record.Element, null, MigrationVerdict.NeedsMapping, $"'{record.Element}' was completed and could still be undone, but is not in the new version. Map it to the activity that takes its place."));
        }
        return MigrationReport.Of(findings);
    }

    internal static string TargetOf(this ProcessMigration migration, string elementId) =>
        migration.Elements.GetValueOrDefault(elementId, elementId);

    /// <summary>The nodes that belong to the instance's own process, not to a called one.</summary>
    internal static Dictionary<int, Node> OwnNodes(ProcessInstance instance)
    {
        var own = new Dictionary<int, Node>();
        foreach (var node in instance.Nodes)
        {
            if (node.Parent == 0 || (own.ContainsKey(node.Parent) && node.Kind != NodeKind.Process))
                own.Add(node.Id, node);
        }
        return own;
    }

    /// <summary>The flow on which a token waits at a join, in the new version: the same id, else the one from the same source.</summary>
    internal static SequenceFlow? TargetFlow(ProcessDefinition target, ProcessMigration migration, Node node)
    {
        var gateway = target.Find(migration.TargetOf(node.Element));
        if (gateway?.Incoming.FirstOrDefault(f => f.Id == node.Flow) is { } same)
            return same;
        var source = migration.From.Flows.FirstOrDefault(f => f.Id == node.Flow)?.Source.Id;
        return source is null ? null : gateway?.Incoming.FirstOrDefault(f => f.Source.Id == migration.TargetOf(source));
    }

    private static void CheckNode(
        ProcessDefinition target, ProcessMigration migration, Node node, Dictionary<int, Node> own, List<MigrationFinding> findings)
    {
        var id = migration.TargetOf(node.Element);
        var isMapped = migration.Elements.ContainsKey(node.Element);
        if (target.Find(id) is not { } element)
        {
            findings.Add(new(node.Element, null, MigrationVerdict.NeedsMapping, isMapped
                ? $"The new version has no element '{id}'. Map '{node.Element}' to one that it has."
                : $"A token stands at '{node.Element}', which is not in the new version. Map it to an element of the same kind."));
            return;
        }
        if (migration.From.Find(node.Element) is { } old && Difference(old, element) is { } difference)
            findings.Add(new(node.Element, id, MigrationVerdict.Blocked, difference));
        else if (node.Phase == Phase.Joining && TargetFlow(target, migration, node) is null)
            findings.Add(new(node.Element, id, MigrationVerdict.Blocked, $"A token waits at the join '{node.Element}' for a flow that is not in the new version. Wait until the join has opened, or move the token by hand first."));
        else if (ScopeOf(node, own) is { } scope && element.Parent?.Id != scope.TargetParent(migration))
            findings.Add(new(node.Element, id, MigrationVerdict.Blocked, $"'{id}' lies in another subprocess in the new version. Move the token by hand first."));
    }

    private static string? Difference(FlowNode old, FlowNode element)
    {
        if (old.ElementType != element.ElementType)
            return $"'{old.Id}' is a {old.ElementType}, '{element.Id}' a {element.ElementType}. Map it to an element of the same kind.";
        return Repetition(old) == Repetition(element) ? null
            : $"'{element.Id}' repeats differently in the new version. Wait until the task is done, or move the token by hand first.";
    }

    private static (string?, bool, int) Repetition(FlowNode element) => element switch
    {
        UserTask { Loop: null, Quorum: var people } => ("quorum", false, people),
        Activity { Loop: Loop.MultiInstance multiple } => ("multi-instance", multiple.IsSequential, 0),
        Activity { Loop: Loop.Standard } => ("loop", false, 0),
        _ => ("quorum", false, 1),
    };

    private static Node? ScopeOf(Node node, Dictionary<int, Node> own)
    {
        var scope = own.GetValueOrDefault(node.Parent);
        while (scope is { Kind: NodeKind.Body })
            scope = own.GetValueOrDefault(scope.Parent);
        return scope;
    }

    private static string? TargetParent(this Node scope, ProcessMigration migration) =>
        scope.Kind == NodeKind.Process ? null : migration.TargetOf(scope.Element);
}
