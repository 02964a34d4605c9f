using System.Collections.Immutable;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution.Elements;
using Orchestrator.Workflows.Execution.State;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution;

/// <summary>
/// The working copy of an instance while one command is carried out. Steps are queued, never nested,
/// so that loops and long chains cost no stack.
/// </summary>
internal sealed partial class Turn
{
    private readonly Dictionary<int, Node> nodes = [];
    private readonly Queue<int> queue = new();
    private readonly List<InstanceEvent> events = [];
    private readonly List<HostWork> work = [];
    private readonly Dictionary<int, ProcessDefinition> processes = [];
    private FeelLimits? limits;
    private int next;
    private int steps;
    private string? stageId;
    private ImmutableSortedDictionary<string, string> doneBy;
    private Variables finalVariables;

    internal Turn(ProcessDefinition definition, ProcessInstance state, DateTimeOffset now, InterpreterSettings settings)
    {
        (Definition, State, Now, Settings) = (definition, state, now, settings);
        (next, stageId, doneBy, finalVariables) = (state.Next, state.StageId, state.DoneBy, state.FinalVariables);
        Status = state.Status;
        foreach (var node in state.Nodes)
        {
            var copy = node.Copy();
            copy.Children = 0;
            nodes.Add(copy.Id, copy);
            if (nodes.TryGetValue(copy.Parent, out var parent))
                parent.Children++;
        }
        waits.AddRange(state.Waits);
    }

    internal ProcessDefinition Definition { get; }
    internal ProcessInstance State { get; }
    internal DateTimeOffset Now { get; }
    internal InterpreterSettings Settings { get; }
    internal InstanceStatus Status { get; set; }
    internal string? Version { get; set; }
    internal IEnumerable<Node> Nodes => nodes.Values;
    internal FeelLimits Limits => limits ??= new FeelLimits { Now = TimeZoneInfo.ConvertTime(Now, Settings.Calendar.Zone), MaxSteps = 1_000_000 };

    internal int NextNumber() => next++;

    internal void Emit(InstanceEvent happened) => events.Add(happened);

    internal void Ask(HostWork wanted) => work.Add(wanted);

    internal Node? Find(int id) => nodes.GetValueOrDefault(id);

    internal Node ParentOf(Node node) => nodes[node.Parent];

    internal IEnumerable<Node> ChildrenOf(Node node) => node.Children == 0 ? [] : nodes.Values.Where(n => n.Parent == node.Id);

    /// <summary>The process that a node belongs to: the instance's own, or the called one it lies in.</summary>
    internal ProcessDefinition ProcessOf(Node node)
    {
        while (node.Kind != NodeKind.Process)
            node = ParentOf(node);
        if (node.Parent == 0)
            return Definition;
        if (!processes.TryGetValue(node.Id, out var process))
        {
            process = Settings.Definitions.FindProcess(node.Element)
                ?? throw new InvalidOperationException($"The called process '{node.Element}' of instance '{State.Id}' is no longer there. Publish it again.");
            processes.Add(node.Id, process);
        }
        return process;
    }

    internal FlowNode ElementOf(Node node) => ElementAt(node, node.Element);

    internal FlowNode ElementAt(Node node, string elementId) =>
        ProcessOf(node).Find(elementId)
        ?? throw new InvalidOperationException($"Element '{elementId}' of instance '{State.Id}' is not in process '{ProcessOf(node).Id}'. Migrate the instance, or load the version it was started with.");

    /// <summary>What a scope node contains; empty for nodes that are no scope.</summary>
    internal ScopeContent ContentOf(Node node) => node.Kind switch
    {
        NodeKind.Process => ProcessOf(node).Content,
        NodeKind.Body => ScopeContent.Empty,
        _ => ElementOf(node) is SubProcess sub ? sub.Content : ScopeContent.Empty,
    };

    internal Node Add(NodeKind kind, Node? parent, string element, Phase phase)
    {
        var node = new Node { Id = NextNumber(), Parent = parent?.Id ?? 0, Kind = kind, Element = element, Phase = phase };
        nodes.Add(node.Id, node);
        if (parent is not null)
            parent.Children++;
        return node;
    }

    /// <summary>Puts a token at an element; it is entered when its turn comes.</summary>
    internal Node Place(Node scope, FlowNode element, SequenceFlow? via = null)
    {
        var node = Add(NodeKind.Token, scope, element.Id, Phase.Entering);
        node.Flow = via?.Id;
        queue.Enqueue(node.Id);
        return node;
    }

    internal void Enqueue(Node node, Phase phase)
    {
        node.Phase = phase;
        queue.Enqueue(node.Id);
    }

    /// <summary>Takes a node out of the tree. Its children must be gone.</summary>
    internal void Remove(Node node)
    {
        CloseWaits(node);
        nodes.Remove(node.Id);
        if (nodes.TryGetValue(node.Parent, out var parent))
            parent.Children--;
    }

    /// <summary>Runs until nothing can move by itself.</summary>
    internal void Run()
    {
        do
        {
            while (queue.TryDequeue(out var id))
            {
                if (nodes.TryGetValue(id, out var node))
                    Step(node);
                if (variablesChanged)
                    LookAtConditions();
            }
        }
        while (InclusiveJoin.OpenReady(this));
    }

    internal Decision.Accepted Finish()
    {
        var root = nodes.Values.FirstOrDefault(n => n.Parent == 0);
        return new(
            State with
            {
                Status = Status,
                StageId = stageId,
                Version = Version ?? State.Version,
                DoneBy = doneBy,
                Nodes = [.. nodes.Values.OrderBy(n => n.Id)],
                Waits = [.. waits],
                Next = next,
                FinalVariables = root is null ? finalVariables : Variables.None,
            },
            events,
            work);
    }

    internal void EnterStage(FlowNode element)
    {
        if (element.StageId is not { } stage || stage == stageId)
            return;
        stageId = stage;
        Emit(new InstanceEvent.StageEntered(stage));
    }

    internal void NoteDoneBy(string elementId, string person) => doneBy = doneBy.SetItem(elementId, person);

    internal void KeepFinalVariables(Node root) => finalVariables = root.Locals ?? Variables.None;

    private void Step(Node node)
    {
        try
        {
            if (steps++ >= Settings.MaxStepsPerCommand)
                throw new StepFailedException("too-many-steps", $"More than {Settings.MaxStepsPerCommand} automatic steps in one go: the process loops without waiting. Add a wait or an exit to the loop, then retry.");
            switch (node.Phase)
            {
                case Phase.Entering: Entry.Enter(this, node); break;
                case Phase.Fired: CaughtEvent.Pass(this, node); break;
                case Phase.Completing: Completion.Complete(this, node); break;
                case Phase.Leaving: Departure.Leave(this, node); break;
            }
        }
        catch (StepFailedException failed)
        {
            RaiseIncident(node, failed.Code, failed.Message);
        }
    }

    internal void RaiseIncident(Node node, string code, string message)
    {
        // A retry enters anew; what the failed try opened must not stay.
        if (node.Phase == Phase.Entering)
            CloseWaits(node);
        node.Incident = new(NextNumber(), code, message);
        Emit(new InstanceEvent.IncidentRaised(ProcessInstance.IncidentId(node.Incident), node.Element, code, message));
    }
}
