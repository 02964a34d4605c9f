using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>The stage gate before launch: no launch while an approval that was given does not stand. The launch check fixes the hash that may be sent.</summary>
public sealed class LaunchGate(Packages packages, Submission submission, CampaignListeners listeners) : ITaskRule
{
    public bool AppliesTo(TaskCompletion completion) => completion.Task.ElementId == CampaignElements.LaunchCheck && completion.Outcome == CampaignElements.Launch;

    public async Task<Refusal?> BeforeAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var campaign = completion.Instance.Campaign;
        var package = await packages.CurrentAsync(tx.Db, campaign, completion.Instance.Row, cancellationToken);
        // Its accounts may be others than when it was submitted.
        if (await submission.CodesAsync(tx.Db, campaign.Brief(), cancellationToken) is { Count: > 0 } codes)
            return Submission.Refused(codes);
        var missing = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (element, parts) in await Approvals.MissingAsync(tx.Db, campaign.Id, cancellationToken))
            missing[element] = parts;
        // This very check may have approved an earlier package: it is what is being given anew.
        missing.Remove(completion.Task.ElementId);
        foreach (var (element, parts) in await Approvals.OutdatedAsync(tx.Db, campaign.Id, package, cancellationToken))
        {
            if (element != completion.Task.ElementId)
                missing[element] = parts;
        }
        if (missing.Count == 0)
            return null;
        return Refusal.Conflict("approvals-missing", string.Join(", ", missing.Keys)) with { Current = missing };
    }

    public async Task AfterAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var campaign = completion.Instance.Campaign;
        campaign.ApprovedHash = campaign.PackageHash;
        if (campaign.Status is not (CampaignStatus.Paused or CampaignStatus.Held))
            return;
        // A hold outlasts the pause that this ends.
        if (campaign.Status == CampaignStatus.Paused)
            (campaign.Status, campaign.StatusReason) = (CampaignStatus.Running, null);
        await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.Resumed, campaign, completion.Actor, completion.Reason, []), cancellationToken);
    }
}

/// <summary>
/// After a guardrail tripped: sending goes on when everybody who must decide has said resume, which takes somebody of each of the task's roles (risk and
/// compliance); one stop ends it.
/// </summary>
public sealed class BreachRule(CampaignListeners listeners) : ITaskRule
{
    public bool AppliesTo(TaskCompletion completion) => completion.Task.ElementId == CampaignElements.HandleBreach && completion.Outcome == CampaignElements.Resume;

    public async Task<Refusal?> BeforeAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var (task, actor) = (completion.Task, completion.Actor);
        // Of the same breach: made in one step, so due at the same moment.
        var others = await tx.Db.Tasks.AsNoTracking().Where(row => row.CampaignId == task.CampaignId && row.ElementId == task.ElementId && row.Id != task.Id && row.Due == task.Due).ToListAsync(cancellationToken);
        var by = others.Where(row => row.State == TaskState.Done).Select(row => row.CompletedBy).OfType<string>().ToList();
        if (by.Count == 0 || by.Contains(actor.UserName) || others.Any(row => row.State == TaskState.Open))
            return null;
        var deciders = await tx.Db.Users.AsNoTracking().Where(user => by.Contains(user.UserName)).Select(user => user.Roles).ToListAsync(cancellationToken);
        var missing = task.CandidateRoles.Where(role => !actor.Is(role) && !deciders.Any(roles => roles.Contains(role))).ToList();
        return missing.Count == 0 ? null : Refusal.Conflict("breach-role-missing", string.Join(", ", missing));
    }

    public async Task AfterAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var campaign = completion.Instance.Campaign;
        if (campaign.Status is not (CampaignStatus.Paused or CampaignStatus.Held) || campaign.ApprovedHash != campaign.PackageHash)
            return;
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (await tx.Db.Tasks.AnyAsync(row => row.CampaignId == campaign.Id && row.ElementId == CampaignElements.HandleBreach && row.State == TaskState.Open, cancellationToken))
            return;   // The other has not decided yet.
        if (campaign.Status == CampaignStatus.Paused)
            (campaign.Status, campaign.StatusReason) = (CampaignStatus.Running, null);
        await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.Resumed, campaign, completion.Actor, completion.Reason, []), cancellationToken);
    }
}

/// <summary>Service task <c>compare-package</c>: voids approvals whose parts changed by whatever way, and says what must be signed again.</summary>
public sealed class ComparePackage(Packages packages, Approvals approvals) : IServiceTask
{
    public string Type => "compare-package";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        await packages.StoreAsync(tx, context.Campaign, context.Package, cancellationToken);
        await approvals.VoidChangedAsync(tx, context.Campaign, context.Package, Actor.System, cancellationToken);
        await tx.Db.SaveChangesAsync(cancellationToken);
        var missing = await Approvals.MissingAsync(tx.Db, context.CampaignId, cancellationToken);
        var changed = missing.Where(entry => entry.Key != CampaignElements.LaunchCheck).ToList();
        return ServiceTaskResult.With(
            (SopVariables.PackageChanged, changed.Count > 0),
            (SopVariables.ChangedParts, changed.SelectMany(entry => entry.Value).Distinct().Order(StringComparer.Ordinal).ToList()));
    }
}
