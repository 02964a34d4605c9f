using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops.Messages;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>Moves tokens of one instance by hand.</summary>
public sealed record InstanceModification(IReadOnlyList<string> Cancel, IReadOnlyList<string> Start, string Reason);

/// <summary>Rehearsing a version, moving campaigns to it, and moving tokens by hand.</summary>
internal static class SopLifecycleEndpoints
{
    public static void MapSopLifecycle(this RouteGroupBuilder api)
    {
        api.MapRuns();
        api.MapMessages();
        api.MapPost("/sops/{id:guid}/dry-run", DryRunAsync).RequireRole(Role.ProcessAdmin).WithName("DryRunSop");
        api.MapPost("/sops/{id:guid}/migration/check", CheckAsync).RequireRole(Role.ProcessAdmin).WithName("CheckSopMigration");
        api.MapPost("/sops/{id:guid}/migration", MoveAsync).RequireRole(Role.ProcessAdmin).WithName("MigrateToSop");
        api.MapPost("/sops/{id:guid}/replay", ReplayAsync).RequireRole(Role.ProcessAdmin).WithName("ReplaySop");
        api.MapPost("/decisions/{id:guid}/replay", ReplayAsync).RequireRole(Role.ProcessAdmin, Role.Risk, Role.Compliance).WithName("ReplayDecision");
        api.MapPost("/instances/{id:guid}/modification", ModifyAsync).RequireRole(Role.ProcessAdmin).WithName("ModifyInstance");
    }

    private static async Task<IResult> DryRunAsync(Guid id, DryRunRequest body, SopRehearsals rehearsals, Texts texts, CancellationToken cancellationToken) =>
        await rehearsals.RunAsync(id, body, cancellationToken) is { } result ? TypedResults.Ok(result) : Refusal.NotFound(id.ToString()).ToProblem(texts);

    private static async Task<IResult> ReplayAsync(Guid id, SopReplays replays, Texts texts, CancellationToken cancellationToken) =>
        (await replays.RunAsync(id, cancellationToken)).ToResult(texts);

    private static async Task<IResult> CheckAsync(Guid id, MigrationRequest body, InstanceMigrations migrations, Texts texts, CancellationToken cancellationToken) =>
        (await migrations.CheckAsync(id, body, cancellationToken)).ToResult(texts);

    private static async Task<IResult> MoveAsync(Guid id, MigrationRequest body, InstanceMigrations migrations, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        (await migrations.MoveAsync(id, body, actor, cancellationToken)).ToResult(texts);

    private static async Task<IResult> ModifyAsync(Guid id, InstanceModification body, ProcessHost process, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        (await process.StepAsync(id, new Command.Modify(body.Cancel, body.Start, body.Reason, actor.UserName), actor, cancellationToken)).ToResult(texts, _ => TypedResults.NoContent());
}
