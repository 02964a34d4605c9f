using Orchestrator.Host.Campaigns;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>Copies where the process stands to the campaign's row, which lists and boards read.</summary>
internal static class CampaignPlace
{
    /// <summary>Outcome id by which a reviewer ends a campaign.</summary>
    public const string Reject = "reject";

    public static void Apply(LockedInstance instance, Decision.Accepted step, DateTimeOffset now)
    {
        var campaign = instance.Campaign;
        if (step.Events.OfType<InstanceEvent.ElementCompleted>().Any(done => instance.Definition.Find(done.ElementId) is { IsLaunch: true }))
            campaign.LaunchedAt ??= now;
        campaign.Stage = step.State.IsEnded ? campaign.Stage : step.State.StageId;
        campaign.UpdatedAt = now;
        if (step.State.Variables.TryGetValue(SopVariables.Level, out var level) && level is string text)
            campaign.Level = text;
        if (!step.State.IsEnded || CampaignStatus.IsOver(campaign.Status))
            return;
        var rejection = step.Events.OfType<InstanceEvent.TaskCompleted>().LastOrDefault(done => done.Outcome == Reject);
        campaign.Status = rejection is not null ? CampaignStatus.Rejected
            : step.State.Status == InstanceStatus.Cancelled ? CampaignStatus.Cancelled
            : CampaignStatus.Closed;
        campaign.StatusReason = rejection?.Reason ?? step.Events.OfType<InstanceEvent.InstanceCancelled>().LastOrDefault()?.Reason;
        campaign.ClosedAt = now;
    }
}
