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
    private volatile HashSet<string> closed = [];

    public bool IsClosed(IEnumerable<string> scopes)
    {
        var now = closed;
        return now.Count > 0 && scopes.Any(now.Contains);
    }

    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        closed = await database.ReadAsync(
            async (db, token) => (await db.SendControls.Where(row => row.HeldBy != null || row.PausedBy != null || row.StoppedBy != null).Select(row => row.Scope).ToListAsync(token)).ToHashSet(),
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
}
