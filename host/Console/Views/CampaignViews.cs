using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Components;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Reads campaigns for pages: cards with their open tasks, and the stages of their SOP.</summary>
internal sealed class CampaignViews(Database database, DefinitionLibrary library)
{
    private const int Limit = 500;

    public async Task<IReadOnlyList<CampaignCard>> CardsAsync(Func<IQueryable<Campaign>, IQueryable<Campaign>> filter, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            async (db, token) =>
            {
                var cards = await filter(db.Campaigns).OrderByDescending(row => row.UpdatedAt).Take(Limit)
                    .Select(row => new CampaignCard(row.Id, row.Code, row.Name, row.Owner, row.Status, row.StatusReason, row.Stage, row.Level, row.Objective, row.Form, row.WindowStart, row.WindowEnd, row.SopVersionId, row.UpdatedAt))
                    .ToListAsync(token);
                var ids = cards.ConvertAll(card => card.Id);
                var tasks = (await db.Tasks.Where(task => task.State == TaskState.Open && ids.Contains(task.CampaignId)).ToListAsync(token)).ToLookup(task => task.CampaignId);
                return cards.ConvertAll(card => card with { OpenTasks = [.. tasks[card.Id]] });
            },
            cancellationToken);

    /// <summary>With their briefs.</summary>
    public Task<List<Campaign>> FullAsync(Func<IQueryable<Campaign>, IQueryable<Campaign>> filter, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => filter(db.Campaigns).OrderBy(row => row.WindowStart).Take(Limit).ToListAsync(token), cancellationToken);

    public Task<Campaign?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);

    /// <returns>Null when there is no such campaign.</returns>
    public async Task<CampaignContext?> ContextAsync(Guid id, IReadOnlyDictionary<string, string> people, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } campaign)
            return null;
        var process = await ProcessAsync(campaign.SopVersionId, cancellationToken);
        return await database.ReadAsync(
            async (db, token) => new CampaignContext(
                campaign,
                campaign.Brief(),
                process,
                await db.Tasks.Where(row => row.CampaignId == id).OrderBy(row => row.CreatedAt).ToListAsync(token),
                await db.Approvals.Where(row => row.CampaignId == id).OrderBy(row => row.At).ToListAsync(token),
                await PartHashesAsync(db, id, campaign.PackageHash, token),
                people),
            cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<string, string>> PartHashesAsync(OrchestratorDb db, Guid id, string hash, CancellationToken cancellationToken) =>
        await db.Packages.Where(row => row.CampaignId == id && row.Hash == hash).Select(row => row.PartsJson).SingleOrDefaultAsync(cancellationToken) is { } parts
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(parts)!
            : new Dictionary<string, string>();

    public Task<Dictionary<string, string>> ContentsAsync(IReadOnlyCollection<string> hashes, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Contents.Where(row => hashes.Contains(row.Hash)).ToDictionaryAsync(row => row.Hash, row => row.Content, token), cancellationToken);

    public Task<Dictionary<Guid, CampaignName>> NamesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Campaigns.Where(row => ids.Contains(row.Id)).Select(row => new CampaignName(row.Id, row.Code, row.Name, row.Owner, row.Level)).ToDictionaryAsync(row => row.Id, token), cancellationToken);

    /// <summary>Elements that hold a token, and those with an incident.</summary>
    public Task<CampaignPosition> PositionAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var state = await db.Instances.Where(row => row.Id == id).Select(row => row.State).SingleOrDefaultAsync(token);
                var instance = state is null ? null : ProcessInstance.FromJson(state);
                return new CampaignPosition(instance?.ActiveElementIds ?? [], [.. instance?.Incidents.Select(incident => incident.ElementId) ?? []]);
            },
            cancellationToken);

    /// <summary>The process that a campaign runs on; null while its version can't be read.</summary>
    public Task<ProcessDefinition> ProcessAsync(Guid sopVersionId, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) => (await library.SopAsync(db, sopVersionId, token)).Main, cancellationToken);

    /// <summary>The stage strip of a campaign: what is done, where it is, what comes.</summary>
    public async Task<IReadOnlyList<StageStep>> StagesAsync(Campaign campaign, Func<Stage, string?> note, CancellationToken cancellationToken)
    {
        var stages = (await ProcessAsync(campaign.SopVersionId, cancellationToken)).Stages;
        var here = stages.FirstOrDefault(stage => stage.Id == campaign.Stage)?.Order ?? 0;
        return [.. stages.Select(stage => new StageStep(stage.Name.In(Texts.Language), StateOf(campaign, stage.Order, here), note(stage), $"/campaigns/{campaign.Id}?tab=tasks#stage-{stage.Id}"))];
    }

    private static StageState StateOf(Campaign campaign, int order, int here) => campaign.Status switch
    {
        CampaignStatus.Closed => StageState.Done,
        _ when order < here => StageState.Done,
        _ when order > here => StageState.Later,
        CampaignStatus.Rejected or CampaignStatus.Cancelled or CampaignStatus.Held => StageState.Stopped,
        CampaignStatus.Paused => StageState.Returned,
        _ => StageState.Here,
    };
}

internal sealed record CampaignName(Guid Id, string Code, string Name, string Owner, string? Level);

internal sealed record CampaignPosition(IReadOnlyList<string> Here, IReadOnlyList<string> Failed);
