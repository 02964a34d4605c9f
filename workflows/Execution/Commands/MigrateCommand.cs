using System.Collections.Immutable;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.Migration;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution.Commands;

/// <summary>Moves an instance to another version: tokens keep their place, waits that are still there go on, new ones open.</summary>
internal static class MigrateCommand
{
    internal static Decision Apply(ProcessDefinition target, ProcessInstance state, Command.Migrate command, DateTimeOffset now, InterpreterSettings settings)
    {
        var migration = command.Migration;
        var report = MigrationPlan.Check(target, state, migration);
        if (report.Verdict != MigrationVerdict.Safe)
            return new Decision.Refused(RefusalCode.NotMigratable, string.Join(" ", report.Findings.Select(f => f.Reason)));
        var own = MigrationPlan.OwnNodes(state);
        var turn = new Turn(target, Mapped(target, state, migration, own), now, settings) { Version = migration.Version ?? target.VersionTag };
        try
        {
            Reconcile(turn, own.Keys);
        }
        catch (StepFailedException failed)
        {
            return new Decision.Refused(RefusalCode.NotMigratable, failed.Message);
        }
        turn.Emit(new InstanceEvent.InstanceMigrated(state.ProcessId, target.Id, turn.Version, command.By));
        turn.Run();
        return turn.Finish();
    }

    private static ProcessInstance Mapped(ProcessDefinition target, ProcessInstance state, ProcessMigration migration, Dictionary<int, Node> own) =>
        state with
        {
            ProcessId = target.Id,
            StageId = state.StageId is { } stage && target.FindStage(stage) is not null ? stage : null,
            DoneBy = ImmutableSortedDictionary<string, string>.Empty.SetItems(state.DoneBy.Select(d => KeyValuePair.Create(migration.TargetOf(d.Key), d.Value))),
            Nodes = [.. state.Nodes.Select(n => own.ContainsKey(n.Id) ? MapNode(target, n, migration) : n)],
            Waits = [.. state.Waits.Select(w => own.ContainsKey(w.Owner) ? w with { Element = migration.TargetOf(w.Element) } : w)],
        };

    private static Node MapNode(ProcessDefinition target, Node node, ProcessMigration migration)
    {
        var copy = node.Copy();
        copy.Element = node.Parent == 0 ? target.Id : migration.TargetOf(node.Element);
        if (node.Phase == Phase.Joining)
            copy.Flow = MigrationPlan.TargetFlow(target, migration, node)!.Id;
        copy.Undoable = [.. node.Undoable.Select(r => Map(r, migration))];
        copy.Undoing = [.. node.Undoing.Select(r => Map(r, migration))];
        return copy;
    }

    private static UndoRecord Map(UndoRecord record, ProcessMigration migration) =>
        record with { Element = migration.TargetOf(record.Element), Inner = [.. record.Inner.Select(i => Map(i, migration))] };

    private static void Reconcile(Turn turn, IEnumerable<int> own)
    {
        foreach (var node in own.Select(id => turn.Find(id)!))
        {
            var wanted = Expected(turn, node).ToList();
            turn.CloseWaits(w => w.Owner == node.Id && !wanted.Exists(e => e.Id == w.Element && Fits(w, e)));
            foreach (var element in wanted.Where(e => !turn.Waits.Any(w => w.Owner == node.Id && w.Element == e.Id)))
                Open(turn, node, element);
        }
    }

    // What a node at rest waits for, by its element in the new version.
    private static IEnumerable<FlowNode> Expected(Turn turn, Node node)
    {
        if (node.Phase != Phase.Active || node.Kind == NodeKind.Undo)
            return [];
        var starts = turn.ContentOf(node).EventSubProcesses.Select(s => s.EventStart).OfType<FlowNode>();
        if (node.Kind == NodeKind.Process)
            return starts;
        var boundaries = turn.ElementOf(node) is Activity activity && turn.ParentOf(node).Kind != NodeKind.Body ? activity.BoundaryEvents : [];
        IEnumerable<FlowNode> itself = turn.ElementOf(node) switch
        {
            IntermediateCatchEvent or ReceiveTask when node.Kind != NodeKind.Body => [turn.ElementOf(node)],
            EventBasedGateway gateway => gateway.Outgoing.Select(f => f.Target),
            _ => [],
        };
        return starts.Concat(boundaries).Concat(itself);
    }

    private static bool Fits(Wait wait, FlowNode element) => wait.Kind == element switch
    {
        EventNode { Trigger: EventTrigger.Timer } => WaitKind.Timer,
        EventNode { Trigger: EventTrigger.Signal } => WaitKind.Signal,
        EventNode { Trigger: EventTrigger.Conditional } => WaitKind.Condition,
        _ => WaitKind.Message,
    };

    private static void Open(Turn turn, Node node, FlowNode element)
    {
        if (element is ReceiveTask receive)
            turn.OpenMessage(node, receive, receive.Message);
        else
            turn.OpenWait(node, element, ((EventNode)element).Trigger);
    }
}
