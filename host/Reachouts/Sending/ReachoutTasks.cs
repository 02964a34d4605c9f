using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Service task <c>start-reachouts</c>: schedules every phase from the approved package, and ends a pause that a send-back left.</summary>
public sealed class StartReachouts(ReachoutPlans plans, ReachoutControls controls, BusinessClock clock) : IServiceTask
{
    public string Type => "start-reachouts";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        if (context.Campaign.ApprovedHash is not { } approved || approved != context.Campaign.PackageHash)
            return new ServiceTaskResult.Failed(null, "The launch package is not the approved one. Have the launch check done again.");
        context.Campaign.LaunchedAt ??= clock.GetUtcNow();
        var scheduled = await plans.ScheduleAsync(tx, context.Campaign, context.Brief, approved, Actor.System, cancellationToken);
        await controls.ResumeAsync(tx, context.CampaignId, "launch", Actor.System, cancellationToken);
        return ServiceTaskResult.With(("reachouts", scheduled));
    }
}

/// <summary>Service task <c>stop-reachouts</c>: ends every phase for good.</summary>
public sealed class StopReachouts(ReachoutControls controls) : IServiceTask
{
    public string Type => "stop-reachouts";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        await controls.StopAsync(tx, context.CampaignId, "stop-reachouts", Actor.System, cancellationToken);
        return ServiceTaskResult.Nothing;
    }
}

/// <summary>Keeps sending in line with the campaign: paused, edited or sent back, nothing more is leased; after a new launch check the new content goes out.</summary>
internal sealed class FollowCampaign(ReachoutPlans plans, ReachoutControls controls, ManualTasks manual) : ICampaignListener
{
    public Task OnAsync(WriteTransaction tx, CampaignEvent happened, CancellationToken cancellationToken)
    {
        var campaign = happened.Campaign;
        return happened.Kind switch
        {
            CampaignEventKind.Paused or CampaignEventKind.SentBack when campaign.LaunchedAt is not null =>
                controls.PauseAsync(tx, campaign.Id, happened.Reason ?? happened.Kind.ToString(), happened.Actor, cancellationToken),
            CampaignEventKind.Resumed when campaign.LaunchedAt is not null => ResumeAsync(tx, happened, cancellationToken),
            CampaignEventKind.Ended => EndAsync(tx, happened, cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    private async Task EndAsync(WriteTransaction tx, CampaignEvent happened, CancellationToken cancellationToken)
    {
        await controls.StopAsync(tx, happened.Campaign.Id, happened.Reason ?? "ended", happened.Actor, cancellationToken);
        await manual.WithdrawAsync(tx, happened.Campaign.Id, cancellationToken);
    }

    private async Task ResumeAsync(WriteTransaction tx, CampaignEvent happened, CancellationToken cancellationToken)
    {
        if (happened.Campaign.ApprovedHash is { } approved)
            await plans.ScheduleAsync(tx, happened.Campaign, happened.Campaign.Brief(), approved, happened.Actor, cancellationToken);
        await controls.ResumeAsync(tx, happened.Campaign.Id, happened.Reason ?? "resumed", happened.Actor, cancellationToken);
    }
}
