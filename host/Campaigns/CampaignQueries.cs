using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Campaigns;

/// <summary>What to list. Null members do not filter.</summary>
public sealed record CampaignFilter(string? Status = null, string? Stage = null, string? Owner = null, string? Text = null, string? Objective = null, bool OpenOnly = false, DateOnly? From = null, DateOnly? To = null);

/// <summary>Reads for the console and the API.</summary>
public sealed class CampaignQueries(Database database, DefinitionLibrary library, Packages packages, Submission submission, Inbox inbox)
{
    public const int Limit = 200;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<CampaignSummary>> ListAsync(CampaignFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CampaignSummary>>(
            async (db, token) =>
            {
                var rows = await Filter(db.Campaigns, filter).OrderByDescending(row => row.CreatedAt).Take(Limit).ToListAsync(token);
                var ids = rows.ConvertAll(row => row.Id);
                var open = (await db.Tasks.Where(task => ids.Contains(task.CampaignId) && task.State == TaskState.Open).ToListAsync(token)).ToLookup(task => task.CampaignId);
                return [.. rows.Select(row => CampaignSummary.From(row, open[row.Id]))];
            },
            cancellationToken);

    /// <summary>The board: campaigns that are not over, by stage.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<CampaignSummary>>> BoardAsync(CancellationToken cancellationToken)
    {
        var open = await ListAsync(new CampaignFilter(OpenOnly: true), cancellationToken);
        return open.GroupBy(row => row.Stage ?? "", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<CampaignSummary>)[.. group], StringComparer.Ordinal);
    }

    public Task<Campaign?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);

    public Task<Campaign?> FindByCodeAsync(string code, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Code == code, token), cancellationToken);

    public async Task<CampaignPage?> PageAsync(Guid id, CancellationToken cancellationToken)
    {
        var tasks = await inbox.OfCampaignAsync(id, cancellationToken);
        return await database.ReadAsync(
            async (db, token) =>
            {
                if (await db.Campaigns.SingleOrDefaultAsync(row => row.Id == id, token) is not { } campaign)
                    return null;
                var instance = await db.Instances.SingleAsync(row => row.Id == id, token);
                var process = (await library.SopAsync(db, instance.SopVersionId, token)).Main;
                var sop = await db.Definitions.Where(row => row.Id == instance.SopVersionId).Select(row => new { row.NameZh, row.NameEn, row.Version }).SingleAsync(token);
                var approvals = await db.Approvals.Where(row => row.CampaignId == id).OrderBy(row => row.At).ToListAsync(token);
                var incidents = await db.ProcessIncidents.Where(row => row.InstanceId == id).OrderBy(row => row.At).ToListAsync(token);
                var brief = campaign.Brief();
                var pace = Pace.PerDay(brief.Goal, brief.Window);
                return new CampaignPage(
                    id, campaign.Code, campaign.Name, campaign.Owner, campaign.Status, campaign.StatusReason, campaign.Stage, campaign.Level, brief, campaign.Version,
                    pace, Pace.Text(pace, chinese: true), Pace.Text(pace, chinese: false), campaign.PackageHash, campaign.ApprovedHash,
                    [.. (await packages.CurrentAsync(db, campaign, instance, token)).Parts.Select(part => new PartView(part.Key, part.Value.Hash))],
                    StagesOf(process, campaign),
                    ProcessInstance.FromJson(instance.State).ActiveElementIds, tasks,
                    [.. approvals.Select(row => ApprovalView.From(row, NameOf(process, row.ElementId)?.Zh ?? row.ElementId, NameOf(process, row.ElementId)?.En ?? row.ElementId))],
                    [.. incidents.Select(row => new ProcessIncidentView(row.IncidentId, row.ElementId, row.Code, row.Message, row.At))],
                    instance.SopVersionId, sop.NameZh, sop.NameEn, sop.Version, campaign.ClonedFrom, campaign.LaunchedAt, campaign.ClosedAt, campaign.CreatedAt);
            },
            cancellationToken);
    }

    /// <summary>Refusals and the risk level as they would be on submission now.</summary>
    public Task<SubmissionPreview?> PreviewAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
                await db.Campaigns.SingleOrDefaultAsync(row => row.Id == id, token) is { } campaign
                    ? await submission.PreviewAsync(db, await db.Instances.SingleAsync(row => row.Id == id, token), campaign, token)
                    : null,
            cancellationToken);

    /// <summary>How many campaigns stand in each status.</summary>
    public Task<Dictionary<string, int>> CountByStatusAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Campaigns.GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, token), cancellationToken);

    private static IReadOnlyList<StageView> StagesOf(ProcessDefinition process, Campaign campaign)
    {
        var current = campaign.Stage is null ? null : process.FindStage(campaign.Stage);
        return
        [
            .. process.Stages.Select(stage => new StageView(
                stage.Id, stage.Name.Zh, stage.Name.En, stage.Order,
                campaign.Status == CampaignStatus.Closed || stage.Order < current?.Order ? "done" : stage.Order == current?.Order ? "current" : "ahead")),
        ];
    }

    private static LocalizedText? NameOf(ProcessDefinition process, string elementId) => process.Find(elementId)?.Name;

    private static IQueryable<Campaign> Filter(IQueryable<Campaign> rows, CampaignFilter filter)
    {
        if (filter.Status is { Length: > 0 } status)
            rows = rows.Where(row => row.Status == status);
        if (filter.OpenOnly)
            rows = rows.Where(row => row.Status != CampaignStatus.Closed && row.Status != CampaignStatus.Rejected && row.Status != CampaignStatus.Cancelled);
        if (filter.Stage is { Length: > 0 } stage)
            rows = rows.Where(row => row.Stage == stage);
        if (filter.Owner is { Length: > 0 } owner)
            rows = rows.Where(row => row.Owner == owner);
        if (filter.Objective is { Length: > 0 } objective)
            rows = rows.Where(row => row.Objective == objective);
        if (filter.From is { } from)
            rows = rows.Where(row => row.WindowEnd >= from);
        if (filter.To is { } to)
            rows = rows.Where(row => row.WindowStart <= to);
        return filter.Text is { Length: > 0 } text ? rows.Where(row => row.Name.Contains(text) || row.Code.Contains(text)) : rows;
    }
}
