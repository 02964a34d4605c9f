using System.Collections.Immutable;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>An embedded subprocess, or an event subprocess of its scope.</summary>
public sealed class SubProcess : Activity
{
    /// <summary>Started by its start event's trigger, not by a flow.</summary>
    public bool IsEventSubProcess { get; internal set; }

    public ScopeContent Content { get; internal set; } = ScopeContent.Empty;

    /// <summary>The trigger of an event subprocess.</summary>
    public StartEvent? EventStart => IsEventSubProcess ? Content.Starts.OfType<StartEvent>().FirstOrDefault() : null;
}

/// <summary>What a process or subprocess directly contains, prepared for execution.</summary>
public sealed class ScopeContent
{
    internal static readonly ScopeContent Empty = new() { Nodes = [], Starts = [], EventSubProcesses = [] };

    public required ImmutableArray<FlowNode> Nodes { get; init; }

    /// <summary>Where tokens appear when the scope starts: its start events, else every node that nothing leads to.</summary>
    public required ImmutableArray<FlowNode> Starts { get; init; }

    public required ImmutableArray<SubProcess> EventSubProcesses { get; init; }
}
