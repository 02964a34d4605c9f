using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>How many rows a node may lease: of all, and of the kind whose runs are long.</summary>
internal readonly record struct WorkRoom(int Any, int Long);

/// <summary>
/// What is this node's part of the work while others live. A node that enqueues work hears of it first and would have it all; one that was alone
/// keeps what it runs until it is asked to give some up.
/// </summary>
internal sealed class WorkShares(Database database, NodeLease lease, BusinessClock clock)
{
    private const int Look = 100;
    private static readonly TimeSpan LeaveToOthers = TimeSpan.FromSeconds(1.5);

    /// <summary>What of its free room this node may fill without keeping the others idle. Work that nobody took in a moment is anybody's.</summary>
    public Task<WorkRoom> OfAsync(WorkRoom free, string longKind, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var now = clock.GetUtcNow();
                var due = await db.ScheduledWork.Where(row => row.State == WorkState.Due && row.Due <= now).OrderBy(row => row.Due).Select(row => new { row.Due, IsLong = row.Kind == longKind }).Take(Look).ToListAsync(token);
                if (due.Count == Look)
                    return free;
                var running = await RunningAsync(db, longKind, token);
                int Share(bool isLong)
                {
                    var waiting = due.Where(row => row.IsLong == isLong).ToList();
                    var busy = running.Where(row => row.IsLong == isLong).ToList();
                    return waiting.Count == 0 ? 0
                        : now - waiting[0].Due > LeaveToOthers ? waiting.Count
                        : Math.Max(0, Part(waiting.Count + busy.Count, lease.LiveNodes) - busy.Count(row => row.Epoch == lease.Epoch));
                }
                var ofLong = Math.Min(free.Long, Share(true));
                return new WorkRoom(Math.Min(free.Any, ofLong + Share(false)), ofLong);
            },
            cancellationToken);

    /// <summary>How many of its long runs this node should end early, because another one has nothing to do and nothing is due that it could take.</summary>
    public Task<int> SurplusAsync(string longKind, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var now = clock.GetUtcNow();
                if (await db.ScheduledWork.AnyAsync(row => row.Kind == longKind && row.State == WorkState.Due && row.Due <= now, token))
                    return 0;
                var live = await lease.LookAroundAsync(db, token);
                var running = await RunningAsync(db, longKind, token);
                var part = Part(running.Count(row => row.IsLong), live.Count);
                return live.Min(epoch => running.Count(row => row.Epoch == epoch)) < part ? Math.Max(0, running.Count(row => row.IsLong && row.Epoch == lease.Epoch) - part) : 0;
            },
            cancellationToken);

    private static async Task<List<(long? Epoch, bool IsLong)>> RunningAsync(OrchestratorDb db, string longKind, CancellationToken cancellationToken) =>
        [.. (await db.ScheduledWork.Where(row => row.State == WorkState.Leased).Select(row => new { row.Epoch, IsLong = row.Kind == longKind }).ToListAsync(cancellationToken)).Select(row => (row.Epoch, row.IsLong))];

    private static int Part(int all, int nodes) => (all + nodes - 1) / Math.Max(1, nodes);
}
