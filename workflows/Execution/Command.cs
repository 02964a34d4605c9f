namespace Orchestrator.Workflows.Execution;

/// <summary>Everything that can be asked of an instance. Imperative, closed; carried out by <see cref="Interpreter.Decide"/>.</summary>
public abstract record Command
{
    private Command()
    {
    }

    /// <summary>Starts a new instance.</summary>
    /// <param name="InstanceId">The host's id; it only travels along.</param>
    /// <param name="Owner">The person that <c>sop:separateFrom="owner"</c> means.</param>
    /// <param name="StartElementId">A particular start event (message, signal, timer start); null takes the plain one.</param>
    public sealed record Start(string InstanceId, Variables Variables, string? Owner = null, string? StartElementId = null) : Command;

    /// <summary>Completes an open user task.</summary>
    /// <param name="Outcome">One of the task's outcomes; null only where it has none.</param>
    /// <param name="Reason">Required where the outcome says so.</param>
    public sealed record CompleteTask(string TaskId, string? Outcome, Variables Variables, string By, string? Reason = null) : Command;

    /// <summary>A timer's time has come. A timer that is gone is refused with <see cref="RefusalCode.TimerGone"/>: treat it as done.</summary>
    public sealed record TriggerTimer(string TimerId) : Command;

    /// <summary>Work that <see cref="HostWork.RunService"/> asked for is done.</summary>
    public sealed record CompleteWork(string WorkId, Variables Variables) : Command;

    /// <summary>Work failed for good: with a code it becomes a BPMN error, without one an incident.</summary>
    public sealed record FailWork(string WorkId, string? ErrorCode, string Message, Variables? Variables = null) : Command;

    /// <summary>Hands a message to exactly one waiting receiver.</summary>
    /// <param name="Correlation">Must equal the receiver's key where it has one.</param>
    public sealed record DeliverMessage(string Name, string? Correlation, Variables Variables) : Command;

    /// <summary>A signal for everything in this instance that waits for it.</summary>
    public sealed record BroadcastSignal(string Name, Variables Variables) : Command;

    public sealed record SetVariables(Variables Variables) : Command;

    /// <summary>Ends everything that is open and places one token at a stage's entry or at an element.</summary>
    public sealed record SendBack(string To, string Reason, string By, Variables? Variables = null) : Command;

    public sealed record Suspend(string Reason, string By) : Command;

    public sealed record Resume(string By) : Command;

    /// <summary>Tries again what raised an incident.</summary>
    public sealed record RetryIncident(string IncidentId, Variables? Variables = null) : Command;

    /// <summary>Cancels what is active at some elements and places tokens at others, in one step.</summary>
    public sealed record Modify(IReadOnlyList<string> CancelElementIds, IReadOnlyList<string> StartElementIds, string Reason, string By) : Command;

    public sealed record Cancel(string Reason, string By) : Command;

    /// <summary>Moves the instance to the definition passed to <see cref="Interpreter.Decide"/>.</summary>
    public sealed record Migrate(ProcessMigration Migration, string By) : Command;
}

/// <summary>How the elements of one version become those of another.</summary>
/// <param name="From">The definition that the instance runs on now.</param>
/// <param name="Elements">Old id to new id; ids that are not named stay.</param>
/// <param name="Version">What the instance notes as its version afterwards.</param>
public sealed record ProcessMigration(Bpmn.ProcessDefinition From, IReadOnlyDictionary<string, string> Elements, string? Version = null);
