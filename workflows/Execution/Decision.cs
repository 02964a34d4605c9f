namespace Orchestrator.Workflows.Execution;

/// <summary>The answer to a command.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Commit all three together.</summary>
    public sealed record Accepted(ProcessInstance State, IReadOnlyList<InstanceEvent> Events, IReadOnlyList<HostWork> Work) : Decision;

    /// <summary>Nothing changed.</summary>
    public sealed record Refused(RefusalCode Code, string Reason) : Decision;
}

public enum RefusalCode
{
    NotStarted,
    AlreadyStarted,
    NotRunning,
    Suspended,
    TaskGone,
    TimerGone,
    WorkGone,
    IncidentGone,
    NoReceiver,
    UnknownElement,
    UnknownOutcome,
    ReasonMissing,
    SeparationOfDuties,
    VariablesTooLarge,
    NoStart,
    NotMigratable,

    /// <summary>Carrying it out met an expression without a usable value; the text names it.</summary>
    StepFailed,
}
