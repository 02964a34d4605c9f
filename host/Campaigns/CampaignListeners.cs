using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Campaigns;

/// <summary>Tells every listener. They are resolved when something happens: some of them need the process host themselves.</summary>
public sealed class CampaignListeners(IServiceProvider services)
{
    public async Task TellAsync(WriteTransaction tx, CampaignEvent happened, CancellationToken cancellationToken)
    {
        foreach (var listener in services.GetServices<ICampaignListener>())
            await listener.OnAsync(tx, happened, cancellationToken);
    }
}
