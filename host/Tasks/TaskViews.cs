using System.Text.Json;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tasks;

/// <summary>A task as lists and replies show it.</summary>
public sealed record TaskView(
    Guid Id, Guid CampaignId, string CampaignCode, string CampaignName, string? Level, string ElementId, string? StageId, string NameZh, string NameEn, string? FormId,
    IReadOnlyList<string> CandidateRoles, string? Assignee, DateTimeOffset CreatedAt, DateTimeOffset? Due, bool IsOverdue, TaskState State,
    string? Outcome, string? Reason, string? CompletedBy, DateTimeOffset? CompletedAt, string? ReturnedBecause, JsonElement? Data, long Version)
{
    public string Name => Texts.IsChinese ? NameZh : NameEn;

    internal static TaskView From(ProcessTask task, Campaigns.Campaign campaign, DateTimeOffset now) => new(
        task.Id, campaign.Id, campaign.Code, campaign.Name, campaign.Level, task.ElementId, task.StageId, task.NameZh, task.NameEn, task.FormId,
        task.CandidateRoles, task.Assignee, task.CreatedAt, task.Due, task.State == TaskState.Open && task.Due < now, task.State,
        task.Outcome, task.Reason, task.CompletedBy, task.CompletedAt, task.ReturnedBecause,
        task.DataJson is { } data ? JsonSerializer.Deserialize<JsonElement>(data) : null, task.Version);
}

public sealed record TransferRequest(string To, string Reason);

/// <param name="Outcome">One of the task's outcomes.</param>
/// <param name="Reason">Required where the outcome says so.</param>
/// <param name="Data">What was entered into the form.</param>
/// <param name="PackageHash">The launch package that the person saw. Where a part that the task covers has changed since, approving is refused; left out, it binds to the package as it is.</param>
public sealed record CompletionRequest(string? Outcome, string? Reason = null, JsonElement? Data = null, string? PackageHash = null);
