using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.WebConsole.Layout;

/// <summary>The numbers beside navigation entries: what waits.</summary>
public sealed class NavCounts(Database database)
{
    public Task<IReadOnlyDictionary<string, int>> ForAsync(Actor actor, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, int>>(
            (_, _) =>
            {
                ArgumentNullException.ThrowIfNull(actor);
                return Task.FromResult<IReadOnlyDictionary<string, int>>(new Dictionary<string, int>());
            },
            cancellationToken);
}
