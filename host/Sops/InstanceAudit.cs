using Orchestrator.Host.Compliance;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>Which of the interpreter's events are decisions or changes worth a link of the audit chain, and what each says.</summary>
internal static class InstanceAudit
{
    public static AuditEntry? EntryOf(InstanceEvent happened, LockedInstance instance) => happened switch
    {
        InstanceEvent.ProcessStarted e => new AuditEntry("process-started", e.ProcessId, new { sopVersion = instance.Row.SopVersionId, decisions = instance.Row.DecisionsJson }),
        InstanceEvent.StageEntered e => new AuditEntry("stage-entered", e.StageId),
        InstanceEvent.TaskCreated e => new AuditEntry("task-created", e.ElementId, new { e.TaskId, e.Due }),
        InstanceEvent.TaskCompleted e => new AuditEntry("task-completed", e.ElementId, new { e.TaskId, e.Outcome }, e.Reason),
        InstanceEvent.TaskCancelled e => new AuditEntry("task-withdrawn", e.ElementId, new { e.TaskId }),
        InstanceEvent.TaskSkipped e => new AuditEntry("task-skipped", e.ElementId, new { e.Outcome }),
        InstanceEvent.TimerFired e => new AuditEntry("timer-fired", e.ElementId),
        InstanceEvent.MessageReceived e => new AuditEntry("message-received", e.ElementId, new { e.Name }),
        InstanceEvent.ErrorThrown e => new AuditEntry("error-thrown", e.ElementId, new { e.Code, e.CaughtBy }),
        InstanceEvent.DecisionEvaluated e => new AuditEntry("decision-made", e.DecisionId, new { e.ElementId, result = Variables.Of(("value", e.Result)).ToJson(), e.MatchedRules, facts = instance.Campaign.FactsJson }),
        InstanceEvent.SentBack e => new AuditEntry("sent-back", e.ToElementId, new { e.ToStageId }, e.Reason),
        InstanceEvent.IncidentResolved e => new AuditEntry("incident-resolved", e.ElementId, new { e.IncidentId }),
        InstanceEvent.InstanceSuspended e => new AuditEntry("process-suspended", null, null, e.Reason),
        InstanceEvent.InstanceResumed => new AuditEntry("process-resumed"),
        InstanceEvent.InstanceModified e => new AuditEntry("process-modified", null, new { e.Cancelled, e.Started }, e.Reason),
        InstanceEvent.InstanceMigrated e => new AuditEntry("process-migrated", null, new { e.FromProcessId, e.ToProcessId, e.Version }),
        InstanceEvent.InstanceCompleted => new AuditEntry("process-completed"),
        InstanceEvent.InstanceCancelled e => new AuditEntry("process-cancelled", null, null, e.Reason),
        _ => null,
    };
}
