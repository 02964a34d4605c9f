using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Retrospectives;

/// <summary>The owner completes the retrospective, the business head confirms it, risk looks back: each is stored, and confirmed lessons become searchable.</summary>
public sealed class RetrospectiveRules(BusinessClock clock) : ITaskRule
{
    private static readonly string[] Kinds = ["start", "continue", "stop", "lessons"];
    private static readonly char[] TagSeparators = [',', '，', '、', ';', '；', ' ', '#'];

    public bool AppliesTo(TaskCompletion completion) =>
        completion.Task.ElementId is CampaignElements.WriteRetrospective or CampaignElements.ConfirmRetrospective or CampaignElements.LookBack;

    public async Task AfterAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var row = await tx.Db.Retrospectives.SingleOrDefaultAsync(row => row.CampaignId == completion.Instance.Campaign.Id, cancellationToken);
        if (row is null)
            return;
        row.Version++;
        if (completion.Task.ElementId == CampaignElements.LookBack)
            row.LookBackJson = completion.Data?.GetRawText();
        else if (completion.Task.ElementId == CampaignElements.WriteRetrospective)
            Complete(row, completion);
        else if (completion.Definition.FindOutcome(completion.Outcome ?? "") is { RequiresReason: false })
            await ConfirmAsync(tx, row, completion, cancellationToken);
        else
            row.State = RetrospectiveState.Drafted;
    }

    private static void Complete(RetrospectiveRow row, TaskCompletion completion)
    {
        var content = Read(row) with { Owner = completion.Data };
        row.ContentJson = JsonSerializer.Serialize(content, JsonDefaults.Options);
        row.State = RetrospectiveState.Completed;
        row.CompletedBy = completion.Actor.UserName;
    }

    private async Task ConfirmAsync(WriteTransaction tx, RetrospectiveRow row, TaskCompletion completion, CancellationToken cancellationToken)
    {
        row.State = RetrospectiveState.Confirmed;
        row.ConfirmedBy = completion.Actor.UserName;
        if (await tx.Db.Lessons.AnyAsync(lesson => lesson.CampaignId == row.CampaignId, cancellationToken))
            return;
        tx.Db.AddRange(LessonsOf(Read(row), completion.Instance.Campaign, row.CompletedBy ?? completion.Actor.UserName));
    }

    private IEnumerable<Lesson> LessonsOf(Retrospective content, Campaign campaign, string by)
    {
        var now = clock.GetUtcNow();
        var tags = Text(content.Owner, "tags").Split(TagSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var kind in Kinds)
        {
            foreach (var line in Text(content.Owner, kind).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                yield return new Lesson { Id = Guid.CreateVersion7(now), CampaignId = campaign.Id, Kind = kind == "lessons" ? "lesson" : kind, Text = line, Tags = [.. tags], Objective = campaign.Objective, Form = campaign.Form, By = by, At = now };
        }
    }

    private static Retrospective Read(RetrospectiveRow row) => JsonSerializer.Deserialize<Retrospective>(row.ContentJson, JsonDefaults.Options)!;

    private static string Text(JsonElement? data, string key) =>
        data is { ValueKind: JsonValueKind.Object } entered && entered.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>Service task <c>close-campaign</c>: the campaign is closed; the T+30 look-back still comes.</summary>
public sealed class CloseCampaign(CampaignListeners listeners, AuditChain audit, BusinessClock clock) : IServiceTask
{
    public string Type => "close-campaign";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        var campaign = context.Campaign;
        (campaign.Status, campaign.StatusReason, campaign.ClosedAt) = (CampaignStatus.Closed, null, clock.GetUtcNow());
        await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.Ended, campaign, Actor.System, null, []), cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), Actor.System, cancellationToken, new AuditEntry("campaign-closed", campaign.Code));
        return ServiceTaskResult.Nothing;
    }
}
