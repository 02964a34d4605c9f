using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>Work whose time has come and that nobody has finished. <paramref name="Late"/>: by how much the oldest of it is late.</summary>
public sealed record BacklogView(int Waiting, int Running, TimeSpan Late);

/// <summary>How far the schedule lags behind the business clock.</summary>
public sealed class Backlog(Database database, BusinessClock clock)
{
    public Task<BacklogView> ReadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var now = clock.GetUtcNow();
                var due = db.ScheduledWork.Where(row => row.State == WorkState.Due && row.Due <= now);
                var oldest = await due.OrderBy(row => row.Due).Select(row => (DateTimeOffset?)row.Due).FirstOrDefaultAsync(token);
                return new BacklogView(await due.CountAsync(token), await db.ScheduledWork.CountAsync(row => row.State == WorkState.Leased, token), oldest is { } at ? now - at : TimeSpan.Zero);
            },
            cancellationToken);
}
