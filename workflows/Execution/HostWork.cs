namespace Orchestrator.Workflows.Execution;

/// <summary>What the host must do, committed with the state as rows. Apply in order.</summary>
public abstract record HostWork
{
    private HostWork()
    {
    }

    /// <summary>Put a user task before people.</summary>
    public sealed record CreateTask(
        string TaskId,
        string ElementId,
        string? FormId,
        IReadOnlyList<string> CandidateGroups,
        IReadOnlyList<string> CandidateUsers,
        string? Assignee,
        DateTimeOffset? Due,
        DateTimeOffset? Remind) : HostWork;

    /// <summary>The task is no longer wanted (interrupted, sent back, instance ended).</summary>
    public sealed record CancelTask(string TaskId, string ElementId) : HostWork;

    /// <summary>Issue <see cref="Command.TriggerTimer"/> once at or after <paramref name="Due"/>.</summary>
    public sealed record ScheduleTimer(string TimerId, string ElementId, DateTimeOffset Due) : HostWork;

    public sealed record CancelTimer(string TimerId) : HostWork;

    /// <summary>Run a piece of work, then <see cref="Command.CompleteWork"/> or <see cref="Command.FailWork"/>.</summary>
    public sealed record RunService(
        string WorkId,
        string ElementId,
        string Type,
        Variables Input,
        IReadOnlyDictionary<string, string> Headers,
        int Retries) : HostWork;

    public sealed record CancelWork(string WorkId) : HostWork;

    /// <summary>Deliver to one receiver, in this or any other instance, or start a process that begins with it.</summary>
    public sealed record PublishMessage(string Name, string? Correlation, Variables Variables) : HostWork;

    /// <summary>Broadcast to every OTHER instance and to processes that begin with it; this instance has had it.</summary>
    public sealed record BroadcastSignal(string Name, Variables Variables) : HostWork;

    /// <summary>This instance now waits for a message or signal: a row by which the host finds it.</summary>
    public sealed record OpenSubscription(string SubscriptionId, SubscriptionKind Kind, string Name, string? Correlation) : HostWork;

    public sealed record CloseSubscription(string SubscriptionId) : HostWork;
}

public enum SubscriptionKind
{
    Message,
    Signal,
}
