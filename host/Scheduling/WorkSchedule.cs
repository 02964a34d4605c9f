using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Scheduling;

/// <summary>Work to be enqueued. <paramref name="Payload"/> is serialized to JSON.</summary>
public sealed record NewWork(string Kind, string Key, DateTimeOffset Due, object? Payload = null, Guid? CampaignId = null, MisfirePolicy Misfire = MisfirePolicy.Once, TimeSpan? Latest = null);

/// <summary>The front of <c>scheduled_work</c>. Everything happens in the caller's transaction; workers are woken after its commit.</summary>
public sealed class WorkSchedule
{
    /// <summary>Adds work; where open work of the same kind and key exists, its due time is moved instead.</summary>
    public Task EnqueueAsync(WriteTransaction tx, NewWork work, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Cancels open work; none is fine.</summary>
    public Task CancelAsync(WriteTransaction tx, string kind, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Marks leased work done. False: the lease was lost or the work cancelled meanwhile; the caller must roll back or do nothing.</summary>
    public Task<bool> CompleteAsync(WriteTransaction tx, WorkItem item, CancellationToken cancellationToken) => throw new NotSupportedException();
}
