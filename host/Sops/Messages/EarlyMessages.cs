using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Messages;

/// <summary>
/// Messages and those who wait for them. A message that comes before its receiver waits, for a while; opening a subscription looks for it.
/// Both sides take the message's name as a lock until they commit, so that none misses the other.
/// </summary>
public sealed class EarlyMessages(WorkSchedule schedule, BusinessClock clock)
{
    /// <summary>How long a message waits for its receiver unless its sender says otherwise.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromDays(1);

    /// <summary>Hands a message or signal to the workers, who deliver it.</summary>
    public Task PublishAsync(WriteTransaction tx, Guid from, SubscriptionKind kind, string name, string? correlation, Variables variables, CancellationToken cancellationToken, TimeSpan? timeToLive = null)
    {
        var now = clock.GetUtcNow();
        var payload = new PublishPayload(from, kind, name, correlation, variables.ToJson()) { Until = now + (timeToLive ?? DefaultTimeToLive) };
        return schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Publish, Guid.CreateVersion7(now).ToString("N"), now, payload, from == Guid.Empty ? null : from), cancellationToken);
    }

    /// <summary>An instance now waits; a message that came before is sent on its way again.</summary>
    public async Task OpenAsync(WriteTransaction tx, Guid instanceId, HostWork.OpenSubscription open, CancellationToken cancellationToken)
    {
        tx.Db.Add(new SubscriptionRow { InstanceId = instanceId, SubscriptionId = open.SubscriptionId, Kind = open.Kind, Name = open.Name, Correlation = open.Correlation });
        if (open.Kind != SubscriptionKind.Message)
            return;
        await LockAsync(tx, open.Name, cancellationToken);
        var now = clock.GetUtcNow();
        var waiting = await tx.Db.EarlyMessages.Where(row => row.Name == open.Name && row.Until > now && (open.Correlation == null || row.Correlation == open.Correlation))
            .OrderBy(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        if (waiting is null)
            return;
        tx.Db.Remove(waiting);
        var payload = new PublishPayload(waiting.From, SubscriptionKind.Message, waiting.Name, waiting.Correlation, waiting.VariablesJson) { Until = waiting.Until };
        await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Publish, Guid.CreateVersion7(now).ToString("N"), now, payload), cancellationToken);
    }

    public async Task CloseAsync(WriteTransaction tx, Guid instanceId, string subscriptionId, CancellationToken cancellationToken)
    {
        var row = tx.Db.Subscriptions.Local.FirstOrDefault(row => row.InstanceId == instanceId && row.SubscriptionId == subscriptionId)
            ?? await tx.Db.Subscriptions.SingleOrDefaultAsync(row => row.InstanceId == instanceId && row.SubscriptionId == subscriptionId, cancellationToken);
        if (row is not null)
            tx.Db.Remove(row);
    }

    /// <summary>Keeps a message that nobody waits for.</summary>
    /// <returns>False: somebody waits by now, so deliver it.</returns>
    internal async Task<bool> KeepAsync(WriteTransaction tx, PublishPayload payload, CancellationToken cancellationToken)
    {
        await LockAsync(tx, payload.Name, cancellationToken);
        if (await Waiting(tx.Db, payload).AnyAsync(cancellationToken))
            return false;
        var now = clock.GetUtcNow();
        await tx.Db.EarlyMessages.Where(row => row.Until <= now).ExecuteDeleteAsync(cancellationToken);
        if (payload.Until > now)
            tx.Db.Add(new EarlyMessage { Id = Guid.CreateVersion7(now), From = payload.From, Name = payload.Name, Correlation = payload.Correlation, VariablesJson = payload.VariablesJson, Until = payload.Until });
        return true;
    }

    internal static IQueryable<Guid> Waiting(OrchestratorDb db, PublishPayload payload) => db.Subscriptions
        .Where(row => row.Kind == payload.Kind && row.Name == payload.Name && (row.Correlation == null || row.Correlation == payload.Correlation))
        .Select(row => row.InstanceId).Distinct().Order();

    // SQLite has one writer anyway.
    private static Task LockAsync(WriteTransaction tx, string name, CancellationToken cancellationToken) =>
        tx.Dialect == DatabaseDialect.PostgreSql
            ? tx.Db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"message:" + name}, 0))", cancellationToken)
            : Task.CompletedTask;
}
