using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>An executable process. Immutable, compiled, safe to share between threads; keep it cached per version.</summary>
public sealed class ProcessDefinition
{
    private readonly Reachability reachability = new();
    private FrozenDictionary<string, FlowNode> byId = FrozenDictionary<string, FlowNode>.Empty;

    internal ProcessDefinition(string id) => Id = id;

    public string Id { get; }
    public LocalizedText? Name { get; internal set; }
    public bool IsExecutable { get; internal set; }

    /// <summary><c>zeebe:versionTag</c>, if given. The host's own version number lives with the host.</summary>
    public string? VersionTag { get; internal set; }

    /// <summary>The IANA zone of its timers (<c>sop:zone</c>); null leaves it to the working calendar.</summary>
    public string? Zone { get; internal set; }

    public ImmutableArray<Stage> Stages { get; internal set; } = [];

    /// <summary>What lies directly in the process.</summary>
    public ScopeContent Content { get; internal set; } = ScopeContent.Empty;

    /// <summary>Every node including those in subprocesses, in document order.</summary>
    public ImmutableArray<FlowNode> Nodes
    {
        get;
        internal set
        {
            field = value;
            byId = value.ToFrozenDictionary(n => n.Id, StringComparer.Ordinal);
        }
    } = [];

    public ImmutableArray<SequenceFlow> Flows { get; internal set; } = [];

    public int Line { get; internal set; }

    public IEnumerable<UserTask> UserTasks => Nodes.OfType<UserTask>();

    /// <summary>The top-level start events that something outside triggers: message, signal and timer starts.</summary>
    public IEnumerable<StartEvent> TriggeredStarts => Content.Starts.OfType<StartEvent>().Where(s => s.Trigger is not null);

    public FlowNode? Find(string elementId) => byId.GetValueOrDefault(elementId);

    public Stage? FindStage(string stageId) => Stages.FirstOrDefault(s => s.Id == stageId);

    /// <summary>The stage that an element lies in, if any.</summary>
    public Stage? StageOf(string elementId) => Find(elementId)?.StageId is { } id ? FindStage(id) : null;

    internal IReadOnlySet<string> IncomingReachedFrom(FlowNode from, FlowNode gateway) => reachability.IncomingReachedFrom(from, gateway);

    internal IReadOnlySet<FlowNode> After(FlowNode from) => reachability.After(from);
}
