using System.Collections.Immutable;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>An element that a token can be at: an event, an activity or a gateway. Immutable once read.</summary>
public abstract class FlowNode
{
    private protected FlowNode()
    {
    }

    public required string Id { get; init; }

    /// <summary>The label from <c>sop:name</c>, else the element's <c>name</c>, else null.</summary>
    public LocalizedText? Name { get; internal set; }

    /// <summary>The subprocess that contains it; null directly below the process.</summary>
    public SubProcess? Parent { get; internal set; }

    public ImmutableArray<SequenceFlow> Incoming { get; internal set; } = [];
    public ImmutableArray<SequenceFlow> Outgoing { get; internal set; } = [];

    /// <summary>The default flow, if one is named.</summary>
    public SequenceFlow? Default { get; internal set; }

    /// <summary>The stage it belongs to: its own <c>sop:stage</c>, else that of the enclosing subprocess.</summary>
    public string? StageId { get; internal set; }

    /// <summary>True where reaching this element starts sending: sign-offs must lie on every path to it.</summary>
    public bool IsLaunch { get; internal set; }

    /// <summary>1-based line in the file.</summary>
    public int Line { get; internal set; }

    /// <summary>The BPMN element name (<c>userTask</c>), for messages and diffs.</summary>
    public required string ElementType { get; init; }

    /// <summary>Text over everything that affects execution, for comparing two versions.</summary>
    internal string Fingerprint { get; set; } = "";
}
