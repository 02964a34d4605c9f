namespace Orchestrator.Workflows.Execution;

public enum InstanceStatus
{
    Active,
    Suspended,
    Completed,
    Cancelled,
}

/// <summary>The state of one instance: where its tokens are and what it waits for. Immutable.</summary>
public sealed record ProcessInstance
{
    public required string Id { get; init; }
    public required string ProcessId { get; init; }
    public string? Version { get; init; }
    public InstanceStatus Status { get; init; }
    public string? Owner { get; init; }

    /// <summary>The stage entered last.</summary>
    public string? StageId { get; init; }

    /// <summary>The process-level variables.</summary>
    public Variables Variables { get; init; } = Variables.None;

    public IReadOnlyList<OpenTask> Tasks { get; init; } = [];
    public IReadOnlyList<OpenTimer> Timers { get; init; } = [];
    public IReadOnlyList<OpenWork> Work { get; init; } = [];
    public IReadOnlyList<OpenSubscription> Subscriptions { get; init; } = [];
    public IReadOnlyList<OpenIncident> Incidents { get; init; } = [];

    /// <summary>The elements that hold a token now, for showing the position in a diagram.</summary>
    public IReadOnlyList<string> ActiveElementIds { get; init; } = [];

    public bool IsEnded => Status is InstanceStatus.Completed or InstanceStatus.Cancelled;

    /// <summary>The versioned state format: compact JSON, UTF-8.</summary>
    public string ToJson() => throw new NotSupportedException();

    /// <summary>Reads any version of the state format ever written.</summary>
    public static ProcessInstance FromJson(string json) => throw new NotSupportedException();
}

public sealed record OpenTask(string TaskId, string ElementId);

public sealed record OpenTimer(string TimerId, string ElementId, DateTimeOffset Due);

public sealed record OpenWork(string WorkId, string ElementId);

public sealed record OpenSubscription(string SubscriptionId, string ElementId, SubscriptionKind Kind, string Name, string? Correlation);

public sealed record OpenIncident(string IncidentId, string ElementId, string Code, string Message);
