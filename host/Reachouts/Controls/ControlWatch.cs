using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// The closed switches as this node knows them: senders look here right before each call, so that what is leased but not yet sent stays here.
/// Own changes show at once, other nodes' within a moment; the barrier waits for what slips between. Thread-safe.
/// </summary>
internal sealed class ControlWatch(Database database, ILogger<ControlWatch> log) : BackgroundService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);
    private volatile Seen seen = new([], 0);

    public bool IsClosed(IEnumerable<string> scopes)
    {
        var now = seen.Closed;
        return now.Count > 0 && scopes.Any(now.Contains);
    }

    /// <summary>Whether something changed since a job was read that may concern it: it must be read anew before anything more is sent from it.</summary>
    public bool IsStale(long epoch) => seen.Epoch > epoch;

    /// <summary>A lease saw a newer epoch before this did.</summary>
    public void Raise(long epoch)
    {
        var now = seen;
        if (now.Epoch < epoch)
            seen = now with { Epoch = epoch };
    }

    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        seen = await database.ReadAsync(
            async (db, token) =>
            {
                var rows = await db.SendControls.Where(row => row.HeldBy != null || row.PausedBy != null || row.StoppedBy != null || row.Scope == ControlScope.All.Key)
                    .Select(row => new { row.Scope, row.Epoch, IsClosed = row.HeldBy != null || row.PausedBy != null || row.StoppedBy != null }).ToListAsync(token);
                return new Seen(rows.Where(row => row.IsClosed).Select(row => row.Scope).ToHashSet(), rows.Find(row => row.Scope == ControlScope.All.Key)?.Epoch ?? 0);
            },
            cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollEvery);
        try
        {
            do
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    log.LogWarning(exception, "The send switches could not be read; leases still read them.");
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Shutting down.
        }
    }

    private sealed record Seen(HashSet<string> Closed, long Epoch);
}
