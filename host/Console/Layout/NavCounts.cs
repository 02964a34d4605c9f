using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.WebConsole.Layout;

/// <summary>The numbers beside navigation entries: what waits.</summary>
public sealed class NavCounts(Database database)
{
    public Task<IReadOnlyDictionary<string, int>> ForAsync(Actor actor, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, int>>(
            async (db, token) =>
            {
                var counts = new Dictionary<string, int>();
                if (actor.IsAny(Role.Platform, Role.ProcessAdmin, Role.Admin))
                    counts["incidents"] = await db.Incidents.CountAsync(row => row.ClosedAt == null, token);
                return counts;
            },
            cancellationToken);
}
