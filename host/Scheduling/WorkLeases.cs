using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>Leases due rows to this node, takes back what dead nodes left, and closes or postpones what failed.</summary>
internal sealed class WorkLeases(Database database, NodeLease lease, WorkShares shares, WorkSchedule schedule, Incidents incidents, BusinessClock clock)
{
    public const int AttemptLimit = 8;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    /// <summary>Leases due rows into the free room, longest due first. Nothing due costs one read and no write.</summary>
    /// <param name="free">What this node has workers for.</param>
    /// <param name="longKind">The kind whose runs are long.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<WorkItem>> LeaseAsync(WorkRoom free, string longKind, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!await database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.State == WorkState.Due && row.Due <= now && (free.Long > 0 || row.Kind != longKind), token), cancellationToken))
            return [];
        var room = lease.LiveNodes > 1 ? await shares.OfAsync(free, longKind, cancellationToken) : free;
        if (room.Any <= 0)
            return [];
        // Taken once: a node that was away goes on under another.
        var epoch = lease.Epoch;
        var rows = await database.WriteAsync(
            async (tx, token) =>
            {
                await lease.CheckAsync(tx, epoch, token);
                return await tx.Db.ScheduledWork.FromSqlRaw(
                    LeaseSql.For(tx.Dialect, isLimited: room.Long < room.Any),
                    lease.Name, epoch, now.ToUnixTimeMilliseconds(), room.Any, longKind, room.Long).AsNoTracking().ToListAsync(token);
            },
            cancellationToken);
        return [.. rows.OrderBy(row => row.Due).Select(row => new WorkItem(row.Id, row.Kind, row.Key, row.CampaignId, row.Due, row.Payload, row.Attempts, epoch)
        {
            Misfire = row.Misfire,
            Latest = row.LatestSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        })];
    }

    /// <summary>Makes rows due again that nodes without a living lease had taken.</summary>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var stranded = await database.ReadAsync(
            async (db, token) =>
            {
                var live = await lease.LookAroundAsync(db, token);
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

    /// <summary>Parameters: node, epoch, now, count, the kind whose runs are long, its count. A key that runs now is left alone, so work of one key is serial.</summary>
    private static class LeaseSql
    {
        private const string Free = "state = 'Due' AND w.due <= {2} AND NOT EXISTS (SELECT 1 FROM scheduled_work r WHERE r.state = 'Leased' AND r.kind = w.kind AND r.key = w.key)";
        private const string Head = $"UPDATE scheduled_work SET state = 'Leased', node = {{0}}, epoch = {{1}}, attempts = attempts + 1 WHERE id IN (SELECT w.id FROM scheduled_work w WHERE w.{Free}";
        private const string Longs = $" AND (w.kind <> {{4}} OR w.id IN (SELECT w.id FROM scheduled_work w WHERE w.kind = {{4}} AND w.{Free} ORDER BY w.due LIMIT {{5}}";
        private const string Order = " ORDER BY w.due LIMIT {3}";
        private const string SkipLocked = " FOR UPDATE SKIP LOCKED";

        public static string For(DatabaseDialect dialect, bool isLimited)
        {
            var wait = dialect == DatabaseDialect.PostgreSql ? SkipLocked : "";
            return $"{Head}{(isLimited ? $"{Longs}{wait}))" : "")}{Order}{wait}) RETURNING *";
        }
    }
}
