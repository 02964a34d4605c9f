using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

internal sealed record PublishedPartial(string Name);

/// <summary>
/// A new version of a partial: campaigns that are not launched yet take it, which voids the approvals of their texts. Those that run keep what was approved.
/// </summary>
internal sealed class PartialPublished(Database database, CampaignDesk desk, WorkSchedule schedule) : IWorkHandler
{
    public const string WorkKind = "partial-published";

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var name = JsonSerializer.Deserialize<PublishedPartial>(item.Payload, JsonDefaults.Options)!.Name;
        // The name may stand in another place of the brief too: refreshing changes nothing then.
        var campaigns = await database.ReadAsync((db, token) => db.Campaigns.Where(row => row.LaunchedAt == null && row.BriefJson.Contains(name)).Select(row => row.Id).ToListAsync(token), cancellationToken);
        foreach (var id in campaigns)
            await desk.RefreshPartialsAsync(id, cancellationToken);
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }
}
