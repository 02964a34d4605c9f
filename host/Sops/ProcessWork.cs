using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>Kinds and keys of the scheduled work that instances ask for.</summary>
internal static class ProcessWork
{
    public const string Timer = "timer";
    public const string Service = "service-task";
    public const string Publish = "publish-message";
    public const string Retry = "process-retry";
    public const string Notice = "task-notice";

    public static string Key(Guid instanceId, string id) => $"{instanceId:N}:{id}";
}

internal sealed record TimerPayload(Guid InstanceId, string TimerId);

internal sealed record ServicePayload(Guid InstanceId, string WorkId, string ElementId, string Type, string InputJson, IReadOnlyDictionary<string, string> Headers, int Retries)
{
    public static ServicePayload From(Guid instanceId, HostWork.RunService service) =>
        new(instanceId, service.WorkId, service.ElementId, service.Type, service.Input.ToJson(), service.Headers, service.Retries);
}

internal sealed record RetryPayload(Guid InstanceId, string IncidentId);

internal sealed record PublishPayload(Guid From, SubscriptionKind Kind, string Name, string? Correlation, string VariablesJson)
{
    /// <summary>How long it waits for a receiver.</summary>
    public DateTimeOffset Until { get; init; }
}

internal enum TaskNoticeKind
{
    Created,
    Reminder,
    Overdue,
    Reassigned,
}

internal sealed record NoticePayload(Guid TaskId, TaskNoticeKind Kind);
