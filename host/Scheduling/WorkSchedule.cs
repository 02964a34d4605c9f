using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Scheduling;

/// <summary>Work to be enqueued. <paramref name="Payload"/> is serialized to JSON.</summary>
public sealed record NewWork(string Kind, string Key, DateTimeOffset Due, object? Payload = null, Guid? CampaignId = null, MisfirePolicy Misfire = MisfirePolicy.Once, TimeSpan? Latest = null);

/// <summary>
/// The front of <c>scheduled_work</c>. Everything happens in the caller's transaction; workers are woken after its commit. Work of one kind
/// and key never runs twice at a time, and is due at most once: enqueuing it again moves it.
/// </summary>
public sealed class WorkSchedule(BusinessClock clock, WorkSignal signal)
{
    /// <summary>Adds work; where the same is due already, its due time and payload are replaced. Work being run now is not touched: the new row waits for it.</summary>
    public async Task EnqueueAsync(WriteTransaction tx, NewWork work, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var payload = JsonSerializer.Serialize(work.Payload ?? new object(), JsonDefaults.Options);
        // Flushes what the caller tracked, so that statements run in the order in which they were decided.
        await tx.Db.SaveChangesAsync(cancellationToken);
        await tx.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO scheduled_work (id, kind, key, campaign_id, due, misfire, latest_seconds, payload, state, attempts, created_at)
            VALUES ({Guid.CreateVersion7(now)}, {work.Kind}, {work.Key}, {work.CampaignId}, {work.Due.ToUnixTimeMilliseconds()}, {work.Misfire.ToString()}, {(int?)work.Latest?.TotalSeconds}, {payload}, 'Due', 0, {now.ToUnixTimeMilliseconds()})
            ON CONFLICT (kind, key) WHERE state = 'Due' DO UPDATE SET due = excluded.due, payload = excluded.payload, attempts = 0
            """,
            cancellationToken);
        if (work.Due <= now)
            tx.AfterCommit(signal.Raise);
    }

    /// <summary>Cancels work that is due; none is fine. Work that runs now goes on: its handler sees what changed when it commits.</summary>
    public Task CancelAsync(WriteTransaction tx, string kind, string key, CancellationToken cancellationToken) =>
        tx.Db.ScheduledWork.Where(row => row.Kind == kind && row.Key == key && row.State == WorkState.Due)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, WorkState.Cancelled).SetProperty(row => row.DoneAt, clock.GetUtcNow()), cancellationToken);

    /// <summary>Cancels everything due of a campaign, except <paramref name="kept"/> kinds.</summary>
    public Task CancelAllAsync(WriteTransaction tx, Guid campaignId, IReadOnlyList<string> kept, CancellationToken cancellationToken) =>
        tx.Db.ScheduledWork.Where(row => row.CampaignId == campaignId && row.State == WorkState.Due && !kept.Contains(row.Kind))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, WorkState.Cancelled).SetProperty(row => row.DoneAt, clock.GetUtcNow()), cancellationToken);

    /// <summary>Marks leased work done. False: the lease was lost meanwhile; the caller must leave everything as it was.</summary>
    public async Task<bool> CompleteAsync(WriteTransaction tx, WorkItem item, CancellationToken cancellationToken) =>
        await tx.Db.ScheduledWork.Where(row => row.Id == item.Id && row.State == WorkState.Leased && row.Epoch == item.Epoch)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, WorkState.Done).SetProperty(row => row.DoneAt, clock.GetUtcNow()).SetProperty(row => row.LastError, (string?)null), cancellationToken) == 1;
}
