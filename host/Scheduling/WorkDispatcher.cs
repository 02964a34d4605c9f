using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>
/// Runs due work on this node: each second, straight after a local commit, and when the business clock moves. The one place that catches
/// what handlers throw: the work is postponed, and after the last attempt becomes an incident.
/// </summary>
internal sealed class WorkDispatcher(
    WorkLeases leases, WorkShares shares, WorkTurns turns, IEnumerable<IWorkHandler> handlers, WorkSignal signal, NodeLease lease, Database database, BusinessClock clock, ILogger<WorkDispatcher> log) : BackgroundService
{
    private static readonly Meter Meter = new("Orchestrator.Scheduling");
    private static readonly Histogram<double> Lateness = Meter.CreateHistogram<double>("orchestrator.work.lateness", "s", "How long after its due time work began.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("orchestrator.work.failures", description: "Attempts that failed.");
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecoverEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GiveUpEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, IWorkHandler> byKind = handlers.ToDictionary(handler => handler.Kind);
    private readonly string longKind = handlers.SingleOrDefault(handler => handler.IsLong)?.Kind ?? "";
    private readonly SemaphoreSlim slots = new(WorkersOf(database));
    /// <summary>Some workers are always left to what is done in a moment.</summary>
    private readonly int longLimit = WorkersOf(database) * 3 / 4;
    private int longs;
    private long gaveUp;

    private static int WorkersOf(Database database) => database.Dialect == DatabaseDialect.PostgreSql ? 16 : 8;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new HashSet<Task>();
        var recovered = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (recovered == 0 || Stopwatch.GetElapsedTime(recovered) > RecoverEvery)
                {
                    recovered = Stopwatch.GetTimestamp();
                    await leases.RecoverAsync(stoppingToken);
                    await GiveUpSurplusAsync(stoppingToken);
                }
                if (!await StartDueAsync(running, stoppingToken))
                    await signal.WaitAsync(PollEvery, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "Due work could not be looked up; trying again.");
                await Task.Delay(PollEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            running.RemoveWhere(task => task.IsCompleted);
        }
        await Task.WhenAll(running);
    }

    /// <summary>Lets nodes that joined, or were busy with other things, have their part of what runs here.</summary>
    private async Task GiveUpSurplusAsync(CancellationToken stoppingToken)
    {
        if (lease.LiveNodes == 1 || Volatile.Read(ref longs) < 2 || (gaveUp != 0 && Stopwatch.GetElapsedTime(gaveUp) < GiveUpEvery))
            return;
        var surplus = await shares.SurplusAsync(longKind, stoppingToken);
        turns.Ask(surplus);
        if (surplus > 0)
            gaveUp = Stopwatch.GetTimestamp();
    }

    /// <returns>Whether any work was found: then there may be more.</returns>
    private async Task<bool> StartDueAsync(HashSet<Task> running, CancellationToken stoppingToken)
    {
        await slots.WaitAsync(stoppingToken);
        var free = new WorkRoom(slots.CurrentCount + 1, Math.Max(0, longLimit - Volatile.Read(ref longs)));
        IReadOnlyList<WorkItem> items;
        try
        {
            items = lease.Remaining > TimeSpan.Zero ? await leases.LeaseAsync(free, longKind, stoppingToken) : [];
        }
        finally
        {
            slots.Release();
        }
        foreach (var item in items)
        {
            await slots.WaitAsync(CancellationToken.None);
            if (item.Kind == longKind)
                Interlocked.Increment(ref longs);
            running.Add(Task.Run(() => RunAsync(item, stoppingToken), CancellationToken.None));
        }
        return items.Count > 0;
    }

    private async Task RunAsync(WorkItem item, CancellationToken stoppingToken)
    {
        try
        {
            if (stoppingToken.IsCancellationRequested)
            {
                await leases.ReturnAsync(item, CancellationToken.None);
                return;
            }
            Lateness.Record((clock.GetUtcNow() - item.Due).TotalSeconds, new KeyValuePair<string, object?>("kind", item.Kind));
            if (await leases.CloseIfTooLateAsync(item, stoppingToken))
                return;
            if (!byKind.TryGetValue(item.Kind, out var handler))
                throw new InvalidOperationException($"Nothing on this node runs work of kind '{item.Kind}'.");
            await handler.HandleAsync(item, stoppingToken);
        }
        catch (Exception exception)
        {
            await PostponeAsync(item, exception, stoppingToken);
        }
        finally
        {
            if (item.Kind == longKind)
                Interlocked.Decrement(ref longs);
            slots.Release();
            signal.Raise();
        }
    }

    private async Task PostponeAsync(WorkItem item, Exception exception, CancellationToken stoppingToken)
    {
        try
        {
            if (stoppingToken.IsCancellationRequested)
            {
                await leases.ReturnAsync(item, CancellationToken.None);
                return;
            }
            Failures.Add(1, new KeyValuePair<string, object?>("kind", item.Kind));
            log.LogWarning(exception, "Work {Kind} {Key} failed (attempt {Attempt} of {Limit}).", item.Kind, item.Key, item.Attempts, WorkLeases.AttemptLimit);
            await leases.PostponeAsync(item, $"{exception.GetType().Name}: {exception.Message}", CancellationToken.None);
        }
        catch (Exception later)
        {
            // The row stays leased; once this node's lease has passed, recovery makes it due again.
            log.LogError(later, "Work {Kind} {Key} failed and could not be postponed.", item.Kind, item.Key);
        }
    }

    public override void Dispose()
    {
        slots.Dispose();
        base.Dispose();
    }
}
