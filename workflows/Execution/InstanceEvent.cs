namespace Orchestrator.Workflows.Execution;

/// <summary>What happened, in order. Append these to the audit trail; they are never needed to rebuild the state.</summary>
public abstract record InstanceEvent
{
    private InstanceEvent()
    {
    }

    public sealed record ProcessStarted(string InstanceId, string ProcessId, string? StartElementId) : InstanceEvent;
    public sealed record ElementEntered(string ElementId, int TokenId) : InstanceEvent;
    public sealed record ElementCompleted(string ElementId, int TokenId) : InstanceEvent;
    public sealed record ElementCancelled(string ElementId, int TokenId) : InstanceEvent;
    public sealed record StageEntered(string StageId) : InstanceEvent;
    public sealed record TaskCreated(string TaskId, string ElementId, DateTimeOffset? Due) : InstanceEvent;
    public sealed record TaskCompleted(string TaskId, string ElementId, string? Outcome, string By, string? Reason) : InstanceEvent;
    public sealed record TaskCancelled(string TaskId, string ElementId) : InstanceEvent;
    public sealed record TaskSkipped(string ElementId, string? Outcome) : InstanceEvent;
    public sealed record TimerScheduled(string TimerId, string ElementId, DateTimeOffset Due) : InstanceEvent;
    public sealed record TimerFired(string TimerId, string ElementId) : InstanceEvent;
    public sealed record TimerCancelled(string TimerId, string ElementId) : InstanceEvent;
    public sealed record MessageReceived(string Name, string ElementId) : InstanceEvent;
    public sealed record SignalReceived(string Name, string ElementId) : InstanceEvent;
    public sealed record ConditionMet(string ElementId) : InstanceEvent;
    public sealed record ErrorThrown(string Code, string ElementId, string? CaughtBy) : InstanceEvent;
    public sealed record EscalationThrown(string? Code, string ElementId, string? CaughtBy) : InstanceEvent;
    public sealed record CompensationStarted(string ElementId, string HandlerId) : InstanceEvent;
    public sealed record DecisionEvaluated(string ElementId, string DecisionId, object? Result, IReadOnlyList<MatchedRule> MatchedRules) : InstanceEvent;
    public sealed record VariablesSet(IReadOnlyList<string> Names) : InstanceEvent;
    public sealed record SentBack(string ToElementId, string? ToStageId, string Reason, string By) : InstanceEvent;
    public sealed record IncidentRaised(string IncidentId, string ElementId, string Code, string Message) : InstanceEvent;
    public sealed record IncidentResolved(string IncidentId, string ElementId) : InstanceEvent;
    public sealed record InstanceSuspended(string Reason, string By) : InstanceEvent;
    public sealed record InstanceResumed(string By) : InstanceEvent;
    public sealed record InstanceModified(IReadOnlyList<string> Cancelled, IReadOnlyList<string> Started, string Reason, string By) : InstanceEvent;
    public sealed record InstanceMigrated(string FromProcessId, string ToProcessId, string? Version, string By) : InstanceEvent;
    public sealed record InstanceCompleted : InstanceEvent;
    public sealed record InstanceCancelled(string Reason, string By) : InstanceEvent;
}

/// <summary>A rule of a decision table that fired.</summary>
/// <param name="DecisionId">The table, which may lie behind the decision that was asked for.</param>
/// <param name="RuleNumber">1-based row.</param>
public sealed record MatchedRule(string DecisionId, int RuleNumber, string? RuleId, string? Annotation);
