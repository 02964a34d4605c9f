using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>A sequence flow within one scope.</summary>
public sealed class SequenceFlow
{
    internal SequenceFlow(string id, FlowNode source, FlowNode target) => (Id, Source, Target) = (id, source, target);

    public string Id { get; }
    public LocalizedText? Name { get; internal set; }
    public FlowNode Source { get; }
    public FlowNode Target { get; }

    /// <summary>A FEEL condition; null means the flow is always taken (unless it is the default flow).</summary>
    public Expression? Condition { get; internal set; }
    public bool IsDefault { get; internal set; }
    public int Line { get; internal set; }
}
