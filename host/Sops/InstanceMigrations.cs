using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.Migration;

namespace Orchestrator.Host.Sops;

/// <summary>Which campaigns to move to a version, and where tokens go whose element is not there any more.</summary>
/// <param name="Campaigns">Left out in a check: all running ones on other versions of the same SOP.</param>
/// <param name="Elements">Old element id to new element id.</param>
public sealed record MigrationRequest(IReadOnlyList<Guid>? Campaigns = null, IReadOnlyDictionary<string, string>? Elements = null, string? Reason = null);

/// <summary>What became, or would become, of one campaign.</summary>
/// <param name="Moved">False in a check, and where it stayed.</param>
public sealed record MigrationResult(Guid CampaignId, string Code, int FromVersion, MigrationVerdict Verdict, bool Moved, IReadOnlyList<MigrationFinding> Findings);

/// <summary>Moves running campaigns to another version of their SOP: a pre-flight first, then each in a transaction of its own. Safe for concurrent use.</summary>
public sealed class InstanceMigrations(Database database, ProcessHost process, DefinitionLibrary library, StepEffects effects, AuditChain audit, BusinessClock clock)
{
    private const int MostAtOnce = 200;

    /// <summary>Says for each campaign whether it can move, and changes nothing.</summary>
    public Task<Outcome<IReadOnlyList<MigrationResult>>> CheckAsync(Guid targetId, MigrationRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync<Outcome<IReadOnlyList<MigrationResult>>>(
            async (db, token) =>
            {
                if (await TargetAsync(db, targetId, token) is not { } target)
                    return Refusal.NotFound(targetId.ToString());
                var results = new List<MigrationResult>();
                foreach (var id in await CandidatesAsync(db, target, request.Campaigns, token))
                    results.Add(await CheckOneAsync(db, target, id, request, token));
                return results;
            },
            cancellationToken);

    /// <summary>Moves the named campaigns. Those that cannot move stay as they are; each result says why.</summary>
    public async Task<Outcome<IReadOnlyList<MigrationResult>>> MoveAsync(Guid targetId, MigrationRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.reason-required"));
        var checkedOnes = await CheckAsync(targetId, request with { Campaigns = request.Campaigns ?? [] }, cancellationToken);
        if (checkedOnes.Refusal is { } refusal)
            return refusal;
        var results = new List<MigrationResult>();
        foreach (var candidate in checkedOnes.Value)
        {
            var moved = candidate.Verdict == MigrationVerdict.Safe
                && (await MoveOneAsync(targetId, candidate.CampaignId, request, actor, cancellationToken)).Refusal is null;
            results.Add(candidate with { Moved = moved });
        }
        return results;
    }

    private Task<Outcome<bool>> MoveOneAsync(Guid targetId, Guid campaignId, MigrationRequest request, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<bool>>(
            async (tx, token) =>
            {
                if (await process.LockAsync(tx, campaignId, token) is not { State: { } state } locked)
                    return Refusal.NotFound(campaignId.ToString());
                var from = locked.Row.SopVersionId;
                var migration = new ProcessMigration(locked.Definition, request.Elements ?? new Dictionary<string, string>(), targetId.ToString());
                (locked.Row.SopVersionId, locked.Campaign.SopVersionId) = (targetId, targetId);
                var pinned = await library.PinAsync(tx.Db, locked.Row, locked.Campaign.FactsJson, token);
                var moved = locked with { Definition = pinned.Main, Settings = locked.Settings with { Definitions = pinned } };
                // A refused outcome rolls the row's new version back.
                if (Interpreter.Decide(pinned.Main, state, new Command.Migrate(migration, actor.UserName), clock.GetUtcNow(), moved.Settings) is not Decision.Accepted accepted)
                    return Refusal.Conflict("process-refused", campaignId);
                await audit.AppendAsync(
                    tx, AuditChain.ForCampaign(campaignId), actor, token, new AuditEntry("migration-ordered", locked.Campaign.Code, new { from, to = targetId, request.Elements }, request.Reason));
                await effects.ApplyAsync(tx, moved, accepted, actor, token);
                await RenameTasksAsync(tx.Db, campaignId, request.Elements, token);
                return true;
            },
            cancellationToken);

    // An open task stays with its holder; only the element it belongs to has a new id.
    private static async Task RenameTasksAsync(OrchestratorDb db, Guid campaignId, IReadOnlyDictionary<string, string>? elements, CancellationToken cancellationToken)
    {
        foreach (var (from, to) in elements ?? new Dictionary<string, string>())
        {
            await db.Tasks.Where(task => task.CampaignId == campaignId && task.ElementId == from && task.State == TaskState.Open)
                .ExecuteUpdateAsync(task => task.SetProperty(row => row.ElementId, to), cancellationToken);
        }
    }

    private static Task<DefinitionVersion?> TargetAsync(OrchestratorDb db, Guid id, CancellationToken cancellationToken) =>
        db.Definitions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Kind == DefinitionKind.Sop && row.State == DefinitionState.Published, cancellationToken);

    // Only versions of the same SOP: another SOP is another procedure.
    private static async Task<List<Guid>> CandidatesAsync(OrchestratorDb db, DefinitionVersion target, IReadOnlyList<Guid>? wanted, CancellationToken cancellationToken)
    {
        var running = db.Instances.AsNoTracking().Where(row => (row.Status == InstanceStatus.Active || row.Status == InstanceStatus.Suspended) && row.SopVersionId != target.Id
            && db.Definitions.Any(version => version.Id == row.SopVersionId && version.Key == target.Key));
        if (wanted is not null)
            running = running.Where(row => wanted.Contains(row.Id));
        return await running.OrderBy(row => row.Id).Select(row => row.Id).Take(MostAtOnce).ToListAsync(cancellationToken);
    }

    private async Task<MigrationResult> CheckOneAsync(OrchestratorDb db, DefinitionVersion target, Guid id, MigrationRequest request, CancellationToken cancellationToken)
    {
        var row = await db.Instances.AsNoTracking().SingleAsync(instance => instance.Id == id, cancellationToken);
        var from = await library.SopAsync(db, row.SopVersionId, cancellationToken);
        var to = await library.SopAsync(db, target.Id, cancellationToken);
        var report = MigrationPlan.Check(to.Main, ProcessInstance.FromJson(row.State), new ProcessMigration(from.Main, request.Elements ?? new Dictionary<string, string>()));
        var code = await db.Campaigns.Where(campaign => campaign.Id == id).Select(campaign => campaign.Code).SingleAsync(cancellationToken);
        var version = await db.Definitions.Where(definition => definition.Id == row.SopVersionId).Select(definition => definition.Version).SingleAsync(cancellationToken);
        return new MigrationResult(id, code, version, report.Verdict, false, report.Findings);
    }
}
