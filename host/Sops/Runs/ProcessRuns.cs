using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>
/// Processes without people, for other systems: started, driven and read here. Every call that changes a run returns after its step is durable.
/// Safe for concurrent use; calls for different runs share commits.
/// </summary>
public sealed class ProcessRuns
{
    public const int ListLimit = 200;
    private readonly Database database;
    private readonly RunDefinitions definitions;
    private readonly RunCommits commits;
    private readonly BusinessClock clock;

    internal ProcessRuns(Database database, RunDefinitions definitions, RunCommits commits, BusinessClock clock) =>
        (this.database, this.definitions, this.commits, this.clock) = (database, definitions, commits, clock);

    /// <summary>Starts the newest published version of a process. It must hold no user task: people work on campaigns.</summary>
    /// <param name="startElementId">A particular start event; null takes the plain one.</param>
    public async Task<Outcome<RunStep>> StartAsync(string process, Variables variables, CancellationToken cancellationToken, string? startElementId = null)
    {
        var (version, needsPeople) = await database.ReadAsync(
            async (db, token) => await RunDefinitions.PublishedAsync(db, process, token) is { } found
                ? (found, await definitions.NeedsPeopleAsync(db, found.Id, token)) : ((DefinitionVersion?)null, false),
            cancellationToken);
        if (version is null)
            return Refusal.NotFound(process);
        return needsPeople ? Refusal.Conflict("run-needs-people", process) : await StartAsync(version.Id, variables, cancellationToken, startElementId);
    }

    internal Task<Outcome<RunStep>> StartAsync(Guid definitionId, Variables variables, CancellationToken cancellationToken, string? startElementId = null)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        return SubmitAsync(new RunCommand(id, new Command.Start(id.ToString(), variables, StartElementId: startElementId), null) { DefinitionId = definitionId, Idempotency = IdempotencyScope.Current }, cancellationToken);
    }

    /// <param name="commandId">The caller's own id: sent again (after a lost reply), the command is answered and not repeated.</param>
    public Task<Outcome<RunStep>> StepAsync(Guid runId, Command command, Guid? commandId, CancellationToken cancellationToken) =>
        SubmitAsync(new RunCommand(runId, command, commandId) { Idempotency = IdempotencyScope.Current }, cancellationToken);

    /// <summary>A step that scheduled work asked for: where it is applied, the work is done in the same commit.</summary>
    internal Task<Outcome<RunStep>> StepForAsync(Guid runId, Command command, WorkItem completes, CancellationToken cancellationToken) =>
        SubmitAsync(new RunCommand(runId, command, completes.Id) { Completes = completes }, cancellationToken);

    /// <summary>Ends a run for good; who did it and why goes on the audit chain.</summary>
    public Task<Outcome<RunStep>> CancelAsync(Guid runId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Task.FromResult<Outcome<RunStep>>(Refusal.Invalid(new FieldProblem("reason", "field.reason-required")));
        var command = new RunCommand(runId, new Command.Cancel(reason, actor.UserName), null)
        {
            Idempotency = IdempotencyScope.Current,
            Audit = (actor, new AuditEntry("run-cancelled", runId.ToString(), null, reason)),
        };
        return SubmitAsync(command, cancellationToken);
    }

    public Task<ProcessRun?> FindAsync(Guid runId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ProcessRuns.SingleOrDefaultAsync(row => row.Id == runId, token), cancellationToken);

    /// <summary>The newest first; only those that still run unless <paramref name="endedToo"/>.</summary>
    public Task<List<ProcessRun>> ListAsync(bool endedToo, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => db.ProcessRuns.Where(row => endedToo || row.Status == InstanceStatus.Active || row.Status == InstanceStatus.Suspended)
                .OrderByDescending(row => row.StartedAt).ThenBy(row => row.Id).Take(ListLimit).ToListAsync(token),
            cancellationToken);

    private Task<Outcome<RunStep>> SubmitAsync(RunCommand command, CancellationToken cancellationToken) => commits.SubmitAsync(command, cancellationToken);
}
