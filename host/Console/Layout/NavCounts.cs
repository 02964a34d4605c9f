using Orchestrator.Host.Identity;

namespace Orchestrator.Host.WebConsole.Layout;

/// <summary>The numbers beside navigation entries: what waits.</summary>
internal sealed class NavCounts
{
    public Task<IReadOnlyDictionary<string, int>> ForAsync(Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyDictionary<string, int>>(new Dictionary<string, int>());
    }
}
