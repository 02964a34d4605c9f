using System.Collections.Immutable;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>Work that takes time: a task, a subprocess or a call.</summary>
public abstract class Activity : FlowNode
{
    private protected Activity()
    {
    }

    public ImmutableArray<BoundaryEvent> BoundaryEvents { get; internal set; } = [];

    /// <summary>Multi-instance or standard loop; null runs once.</summary>
    public Loop? Loop { get; internal set; }

    /// <summary>Runs only as a compensation handler, never by sequence flow.</summary>
    public bool IsForCompensation { get; internal set; }

    public ImmutableArray<VariableMapping> Inputs { get; internal set; } = [];
    public ImmutableArray<VariableMapping> Outputs { get; internal set; } = [];
}

/// <summary>One line of a <c>zeebe:ioMapping</c>.</summary>
public sealed record VariableMapping(Expression Source, string Target);

/// <summary>How an activity repeats.</summary>
public abstract record Loop
{
    private Loop()
    {
    }

    /// <summary>Several instances, at the same time or one after the other.</summary>
    public sealed record MultiInstance(bool IsSequential) : Loop
    {
        public Expression? Cardinality { get; init; }
        public Expression? InputCollection { get; init; }
        public string? InputElement { get; init; }
        public string? OutputCollection { get; init; }
        public Expression? OutputElement { get; init; }
        public Expression? CompletionCondition { get; init; }
    }

    /// <summary>Again while the condition holds.</summary>
    public sealed record Standard(bool TestBefore, Expression? Condition, Expression? Maximum) : Loop;
}
