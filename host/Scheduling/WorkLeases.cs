using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>Leases due rows to this node, takes back what dead nodes left, and closes or postpones what failed.</summary>
internal sealed class WorkLeases(Database database, NodeLease lease, WorkSchedule schedule, Incidents incidents, BusinessClock clock, TimeProvider realClock)
{
    public const int AttemptLimit = 8;
    private const int ShareLook = 100;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeaveToOthers = TimeSpan.FromSeconds(1.5);

    /// <summary>Leases at most <paramref name="count"/> due rows, longest due first. Nothing due costs one read and no write.</summary>
    public async Task<IReadOnlyList<WorkItem>> LeaseAsync(int count, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!await database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.State == WorkState.Due && row.Due <= now, token), cancellationToken))
            return [];
        if (lease.LiveNodes > 1 && (count = Math.Min(count, await ShareAsync(now, cancellationToken))) <= 0)
            return [];
        // Taken once: a node that was away goes on under another.
        var epoch = lease.Epoch;
        var rows = await database.WriteAsync(
            async (tx, token) =>
            {
                await lease.CheckAsync(tx, epoch, token);
                return await tx.Db.ScheduledWork.FromSqlRaw(
                    tx.Dialect == DatabaseDialect.PostgreSql ? LeaseSql.PostgreSql : LeaseSql.Sqlite,
                    lease.Name, epoch, now.ToUnixTimeMilliseconds(), count).AsNoTracking().ToListAsync(token);
            },
            cancellationToken);
        return [.. rows.OrderBy(row => row.Due).Select(row => new WorkItem(row.Id, row.Kind, row.Key, row.CampaignId, row.Due, row.Payload, row.Attempts, epoch)
        {
            Misfire = row.Misfire,
            Latest = row.LatestSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        })];
    }

    /// <summary>
    /// What this node may take without keeping the others idle: a node that enqueues work hears of it first and would have it all. Work that
    /// nobody took in a moment is anybody's.
    /// </summary>
    private Task<int> ShareAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var due = await db.ScheduledWork.Where(row => row.State == WorkState.Due && row.Due <= now).OrderBy(row => row.Due).Select(row => row.Due).Take(ShareLook).ToListAsync(token);
                if (due.Count == 0 || due.Count == ShareLook || now - due[0] > LeaveToOthers)
                    return int.MaxValue;
                var running = await db.ScheduledWork.Where(row => row.State == WorkState.Leased).Select(row => row.Epoch).ToListAsync(token);
                var share = (due.Count + running.Count + lease.LiveNodes - 1) / lease.LiveNodes;
                return share - running.Count(epoch => epoch == lease.Epoch);
            },
            cancellationToken);

    /// <summary>Makes rows due again that nodes without a living lease had taken.</summary>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var now = realClock.GetUtcNow();
        var stranded = await database.ReadAsync(
            async (db, token) =>
            {
                var live = await NodeLease.LiveEpochsAsync(db, now, token);
                return await db.ScheduledWork.Where(row => row.State == WorkState.Leased && !live.Contains(row.Epoch!.Value)).Select(row => new WorkItem(row.Id, row.Kind, row.Key, row.CampaignId, row.Due, row.Payload, row.Attempts, row.Epoch!.Value)).ToListAsync(token);
            },
            cancellationToken);
        foreach (var item in stranded)
            await ReturnAsync(item, cancellationToken);
        return stranded.Count;
    }

    /// <summary>Gives work back that was not carried out through no fault of its own: the attempt does not count.</summary>
    public Task ReturnAsync(WorkItem item, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => MakeDueAsync(tx, item with { Attempts = item.Attempts - 1 }, item.Due, null, token), cancellationToken);

    /// <summary>Postpones failed work, longer each time; after the last attempt it becomes an incident.</summary>
    public Task PostponeAsync(WorkItem item, string error, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (tx, token) => item.Attempts >= AttemptLimit ? FailAsync(tx, item, error, token) : MakeDueAsync(tx, item, clock.GetUtcNow() + Delay(item.Attempts), error, token),
            cancellationToken);

    /// <summary>Closes overdue work by its policy. True: it was closed and must not run.</summary>
    public async Task<bool> CloseIfTooLateAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.Misfire == MisfirePolicy.Once || item.Latest is not { } latest || clock.GetUtcNow() - item.Due <= latest)
            return false;
        await database.WriteAsync(
            async (tx, token) =>
            {
                if (item.Misfire == MisfirePolicy.Ask)
                    await AskAsync(tx, item, latest, token);
                else
                    await schedule.CompleteAsync(tx, item, token);
            },
            cancellationToken);
        return true;
    }

    private async Task FailAsync(WriteTransaction tx, WorkItem item, string error, CancellationToken cancellationToken)
    {
        if (await CloseAsync(tx, item, WorkState.Failed, error, cancellationToken))
            await incidents.RaiseAsync(tx, new NewIncident(item.Kind, item.Key, item.CampaignId, error, new NewWork(item.Kind, item.Key, item.Due), item.Payload), cancellationToken);
    }

    private async Task AskAsync(WriteTransaction tx, WorkItem item, TimeSpan latest, CancellationToken cancellationToken)
    {
        var error = $"Due {item.Due:O}, found later than the {latest} allowed. Somebody has to say whether it still runs.";
        if (await CloseAsync(tx, item, WorkState.Failed, error, cancellationToken))
            await incidents.AskAsync(tx, new NewIncident(item.Kind, item.Key, item.CampaignId, error, new NewWork(item.Kind, item.Key, item.Due), item.Payload) { Choices = LateWork.Choices }, cancellationToken);
    }

    private static async Task MakeDueAsync(WriteTransaction tx, WorkItem item, DateTimeOffset due, string? error, CancellationToken cancellationToken)
    {
        // While it ran, the same work may have been enqueued again; then that row stands for both.
        if (await tx.Db.ScheduledWork.AnyAsync(row => row.Kind == item.Kind && row.Key == item.Key && row.State == WorkState.Due, cancellationToken))
        {
            await CloseAsync(tx, item, WorkState.Cancelled, error, cancellationToken);
            return;
        }
        await tx.Db.ScheduledWork.Where(row => row.Id == item.Id && row.State == WorkState.Leased && row.Epoch == item.Epoch)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, WorkState.Due).SetProperty(row => row.Due, due).SetProperty(row => row.Attempts, item.Attempts).SetProperty(row => row.Epoch, (long?)null).SetProperty(row => row.LastError, row => error ?? row.LastError), cancellationToken);
    }

    private static async Task<bool> CloseAsync(WriteTransaction tx, WorkItem item, WorkState state, string? error, CancellationToken cancellationToken) =>
        await tx.Db.ScheduledWork.Where(row => row.Id == item.Id && row.State == WorkState.Leased && row.Epoch == item.Epoch)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.LastError, error), cancellationToken) == 1;

    private static TimeSpan Delay(int attempts)
    {
        var delay = TimeSpan.FromSeconds(Math.Pow(3, attempts));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    /// <summary>Parameters: node, epoch, now, count. A key that runs now is left alone, so work of one key is serial.</summary>
    private static class LeaseSql
    {
        private const string Head = "UPDATE scheduled_work SET state = 'Leased', node = {0}, epoch = {1}, attempts = attempts + 1 WHERE id IN (SELECT w.id FROM scheduled_work w WHERE w.state = 'Due' AND w.due <= {2} AND NOT EXISTS (SELECT 1 FROM scheduled_work r WHERE r.state = 'Leased' AND r.kind = w.kind AND r.key = w.key) ORDER BY w.due LIMIT {3}";
        public const string PostgreSql = Head + " FOR UPDATE SKIP LOCKED) RETURNING *";
        public const string Sqlite = Head + ") RETURNING *";
    }
}
