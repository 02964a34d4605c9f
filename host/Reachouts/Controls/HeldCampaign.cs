using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What a hold makes of the campaign's own status, and its end of it again.</summary>
internal static class HeldCampaign
{
    /// <summary>The campaign of the scope with its instance locked, as everything does that changes a campaign; null: the scope names none that there is.</summary>
    public static async Task<Campaign?> LockAsync(WriteTransaction tx, ControlScope scope, CancellationToken cancellationToken)
    {
        if (scope.CampaignId is not { } id)
            return null;
        await tx.Locked<InstanceRow>("SELECT * FROM process_instances WHERE id = {0}", id).AsNoTracking().ToListAsync(cancellationToken);
        return await tx.Db.Campaigns.AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    public static void Hold(Campaign campaign, SendControl control, string reason, DateTimeOffset now)
    {
        if (campaign.Status is not (CampaignStatus.Running or CampaignStatus.Paused))
            return;
        (control.StatusBefore, control.ReasonBefore) = (campaign.Status, campaign.StatusReason);
        (campaign.Status, campaign.StatusReason, campaign.UpdatedAt) = (CampaignStatus.Held, reason, now);
    }

    /// <summary>Back to running, or to the pause that stands: one from before, or one that an edit or a guardrail made meanwhile.</summary>
    public static void Lift(Campaign campaign, SendControl control, DateTimeOffset now)
    {
        var (before, reason) = (control.StatusBefore, control.ReasonBefore);
        (control.StatusBefore, control.ReasonBefore) = (null, null);
        if (campaign.Status != CampaignStatus.Held)
            return;
        var isPaused = campaign.LaunchedAt is null ? before == CampaignStatus.Paused : control.PausedBy is not null;
        (campaign.Status, campaign.StatusReason, campaign.UpdatedAt) = isPaused
            ? (CampaignStatus.Paused, before == CampaignStatus.Paused ? reason : control.PauseReason, now)
            : (CampaignStatus.Running, null, now);
    }
}
