using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn;

public abstract class EventNode : FlowNode
{
    private protected EventNode()
    {
    }

    /// <summary>What it waits for or does; null is a plain (none) event.</summary>
    public EventTrigger? Trigger { get; internal set; }

    public System.Collections.Immutable.ImmutableArray<VariableMapping> Mappings { get; internal set; } = [];
}

public sealed class StartEvent : EventNode
{
    /// <summary>For event subprocesses: whether the enclosing scope is interrupted.</summary>
    public bool IsInterrupting { get; internal set; } = true;
}

public sealed class EndEvent : EventNode;

public sealed class IntermediateCatchEvent : EventNode;

public sealed class IntermediateThrowEvent : EventNode
{
    /// <summary>The catching end of a link.</summary>
    public FlowNode? LinkTarget { get; internal set; }
}

public sealed class BoundaryEvent : EventNode
{
    public required Activity AttachedTo { get; init; }
    public bool CancelsActivity { get; internal set; } = true;

    /// <summary>For compensation: the activity that undoes the one it is attached to.</summary>
    public Activity? CompensationHandler { get; internal set; }
}

/// <summary>An event definition.</summary>
public abstract record EventTrigger
{
    private EventTrigger()
    {
    }

    public sealed record Timer(TimerRule Rule) : EventTrigger;
    public sealed record Message(MessageReference Reference) : EventTrigger;
    public sealed record Signal(TextOrExpression Name) : EventTrigger;

    /// <param name="Code">Null catches every error.</param>
    public sealed record Error(string? Code) : EventTrigger;

    /// <param name="Code">Null catches every escalation.</param>
    public sealed record Escalation(string? Code) : EventTrigger;

    /// <param name="ActivityId">What to undo; null undoes everything of the scope.</param>
    public sealed record Compensation(string? ActivityId, bool WaitForCompletion) : EventTrigger;
    public sealed record Conditional(Expression Condition) : EventTrigger;
    public sealed record Link(string Name) : EventTrigger;
    public sealed record Terminate : EventTrigger;
}

/// <summary>A message and, where it is awaited, the expression that tells which one is meant.</summary>
public sealed record MessageReference(TextOrExpression Name, Expression? CorrelationKey);

public enum TimerKind
{
    Date,
    Duration,
    Cycle,
}

/// <summary>A timer definition. A literal is checked when the file is read, an expression when it is needed.</summary>
/// <param name="Offset">Added to the resulting time (<c>sop:offset</c>), may be negative and in working days: <c>-P3WD</c>.</param>
/// <param name="Zone">IANA zone for local dates and cron; null takes the process's, then the working calendar's.</param>
public sealed record TimerRule(TimerKind Kind, TextOrExpression Value, TextOrExpression? Offset, string? Zone);
