using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.Compliance;

/// <summary>Binds task outcomes to the parts that they cover, and voids exactly those whose parts changed. Works within the caller's transaction.</summary>
public sealed class Approvals(AuditChain audit, BusinessClock clock)
{
    /// <summary>The package parts that a task's <c>sop:covers</c> names. <c>all</c> and <c>package</c> are every part.</summary>
    public static IReadOnlyList<string> PartsCovered(UserTask task) =>
        [.. task.Covers.SelectMany(cover => cover switch
        {
            "all" or "package" => PackagePart.All,
            "accounts" => [PackagePart.Channels],
            "decisions" => [PackagePart.Product],
            _ => (IReadOnlyList<string>)[cover],
        }).Distinct(StringComparer.Ordinal).Where(PackagePart.All.Contains)];

    /// <summary>An outcome that asks for no reason approves what the task covers.</summary>
    public static bool Approves(UserTask task, string? outcome) =>
        task.Covers.Length > 0 && outcome is not null && task.FindOutcome(outcome) is { RequiresReason: false };

    public async Task RecordAsync(WriteTransaction tx, Campaign campaign, ProcessTask task, UserTask definition, LaunchPackage package, Actor actor, string? reason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parts = PartsCovered(definition).ToDictionary(part => part, part => package.Parts[part].Hash, StringComparer.Ordinal);
        tx.Db.Add(new Approval
        {
            Id = Guid.CreateVersion7(now),
            CampaignId = campaign.Id,
            TaskId = task.Id,
            ElementId = task.ElementId,
            By = actor.UserName,
            At = now,
            Reason = reason,
            PartsJson = JsonSerializer.Serialize(parts, JsonDefaults.Options),
            PackageHash = package.Hash,
        });
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry("approved", task.ElementId, new { parts, package = package.Hash }, reason));
    }

    /// <summary>Voids the standing approvals that cover a part whose hash is no longer the approved one.</summary>
    /// <returns>The elements whose approval was voided, each with its changed parts.</returns>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> VoidChangedAsync(WriteTransaction tx, Campaign campaign, LaunchPackage package, Actor actor, CancellationToken cancellationToken)
    {
        await tx.Db.SaveChangesAsync(cancellationToken);
        var standing = await tx.Db.Approvals.Where(row => row.CampaignId == campaign.Id && row.VoidedAt == null).ToListAsync(cancellationToken);
        var voided = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var approval in standing)
        {
            var changed = Changed(approval, package);
            if (changed.Count == 0)
                continue;
            Void(approval, actor, changed);
            voided[approval.ElementId] = changed;
            await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry("approval-voided", approval.ElementId, new { approval.By, parts = changed, approvedPackage = approval.PackageHash, package = package.Hash }));
        }
        return voided;
    }

    /// <summary>Voids the standing approvals of a stage and of those after it, changed or not: whoever sent back asked for them anew.</summary>
    /// <param name="to">Stage, or an element of it.</param>
    public async Task VoidForRedoAsync(WriteTransaction tx, LockedInstance instance, string to, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var (process, campaign) = (instance.Definition, instance.Campaign);
        if ((process.FindStage(to) ?? StageOf(process, to)) is not { } stage)
            return;
        foreach (var approval in await tx.Db.Approvals.AsTracking().Where(row => row.CampaignId == campaign.Id && row.VoidedAt == null).ToListAsync(cancellationToken))
        {
            if (StageOf(process, approval.ElementId)?.Order is { } order && order < stage.Order)
                continue;
            Void(approval, actor, []);
            await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry("approval-voided", approval.ElementId, new { approval.By, redo = true, approvedPackage = approval.PackageHash }, reason));
        }
    }

    private static Stage? StageOf(ProcessDefinition process, string elementId) =>
        process.Find(elementId)?.StageId is { } id ? process.FindStage(id) : null;

    /// <summary>Elements that once approved and none of whose approvals stands: they must sign again.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> MissingAsync(OrchestratorDb db, Guid campaignId, CancellationToken cancellationToken)
    {
        var rows = await db.Approvals.AsNoTracking().Where(row => row.CampaignId == campaignId).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.ElementId, StringComparer.Ordinal)
            .Where(group => group.All(row => !row.Stands))
            .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)group.OrderBy(row => row.At).ThenBy(row => row.VoidedAt).Last().VoidedParts, StringComparer.Ordinal);
    }

    /// <summary>Standing approvals whose parts differ from <paramref name="package"/>: nobody has voided them yet.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> OutdatedAsync(OrchestratorDb db, Guid campaignId, LaunchPackage package, CancellationToken cancellationToken)
    {
        var standing = await db.Approvals.AsNoTracking().Where(row => row.CampaignId == campaignId && row.VoidedAt == null).ToListAsync(cancellationToken);
        return standing.Select(row => (row.ElementId, Parts: Changed(row, package))).Where(row => row.Parts.Count > 0)
            .GroupBy(row => row.ElementId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)group.Last().Parts, StringComparer.Ordinal);
    }

    private static List<string> Changed(Approval approval, LaunchPackage package) =>
        [.. approval.Parts().Where(part => package.Parts.TryGetValue(part.Key, out var now) && now.Hash != part.Value).Select(part => part.Key).Order(StringComparer.Ordinal)];

    private void Void(Approval approval, Actor actor, List<string> parts) =>
        (approval.VoidedAt, approval.VoidedBy, approval.VoidedParts) = (clock.GetUtcNow(), actor.UserName, parts);
}
