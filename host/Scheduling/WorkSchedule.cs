using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Reachouts;
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

    /// <summary>Adds works, in one statement; where the same is due already, it keeps the earlier time.</summary>
    public async Task EnqueueSoonerAsync(WriteTransaction tx, IReadOnlyList<NewWork> works, CancellationToken cancellationToken)
    {
        if (works.Count == 0)
            return;
        var now = clock.GetUtcNow();
        // In one order everywhere: two of these may bring forward the same rows.
        List<NewWork> ordered = [.. works.OrderBy(work => work.Kind, StringComparer.Ordinal).ThenBy(work => work.Key, StringComparer.Ordinal)];
        await tx.Db.SaveChangesAsync(cancellationToken);
        await using var command = tx.Connection.CreateCommand();
        command.Transaction = tx.Transaction;
        var isPostgreSql = tx.Dialect == DatabaseDialect.PostgreSql;
#pragma warning disable CA2100 // A constant per dialect; values travel as parameters.
        command.CommandText = $"""
            INSERT INTO scheduled_work AS t (id, kind, key, campaign_id, due, misfire, latest_seconds, payload, state, attempts, created_at)
            SELECT {(isPostgreSql ? "CAST(r.id AS uuid)" : "r.id")}, r.kind, r.key, {(isPostgreSql ? "CAST(r.campaign_id AS uuid)" : "r.campaign_id")}, r.due, r.misfire, NULL, r.payload, 'Due', 0, @now
            FROM {RowSet.Source(tx.Dialect, "id", "kind", "key", "campaign_id", "due", "misfire", "payload")} WHERE true
            ON CONFLICT (kind, key) WHERE state = 'Due' DO UPDATE SET due = excluded.due WHERE t.due > excluded.due
            """;
#pragma warning restore CA2100
        RowSet.Bind(command, "now", now.ToUnixTimeMilliseconds());
        RowSet.Bind(
            command, tx.Dialect,
            ("id", RowSet.Column(ordered, _ => Stored(Guid.CreateVersion7(now)))),
            ("kind", RowSet.Column(ordered, work => work.Kind)),
            ("key", RowSet.Column(ordered, work => work.Key)),
            ("campaign_id", RowSet.Column(ordered, work => work.CampaignId is { } id ? Stored(id) : null)),
            ("due", RowSet.Column(ordered, work => work.Due.ToUnixTimeMilliseconds())),
            ("misfire", RowSet.Column(ordered, work => work.Misfire.ToString())),
            ("payload", RowSet.Column(ordered, work => JsonSerializer.Serialize(work.Payload ?? new object(), JsonDefaults.Options))));
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (ordered.Exists(work => work.Due <= now))
            tx.AfterCommit(signal.Raise);

        // SQLite keeps ids as this text.
        static string Stored(Guid id) => id.ToString().ToUpperInvariant();
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
