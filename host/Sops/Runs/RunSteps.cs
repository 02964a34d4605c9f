using System.Text.Json;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>Takes steps of many runs in one transaction: lock and read all, decide each, write all.</summary>
internal sealed class RunSteps(RunDefinitions definitions, RunEffects effects, WorkSchedule schedule, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "runs";
    private const int RememberedCommands = 8;

    /// <summary>An outcome per command, in order. A refused command changes nothing and harms no other.</summary>
    public async Task<Outcome<RunStep>[]> TakeAsync(WriteTransaction tx, IReadOnlyList<RunCommand> commands, CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            if (command.Idempotency is { } scope)
                await scope.ClaimAsync(tx, cancellationToken);
        }
        var known = await RunStore.LockAsync(tx, [.. commands.Where(command => command.Command is not Command.Start).Select(command => command.RunId)], cancellationToken);
        var (added, changed, accepted) = (new List<ProcessRun>(), new List<ProcessRun>(), new List<(Guid, Decision.Accepted)>());
        var outcomes = new Outcome<RunStep>[commands.Count];
        string? pins = null;
        for (var i = 0; i < commands.Count; i++)
        {
            var command = commands[i];
            var isNew = command.Command is Command.Start;
            if (isNew)
                pins ??= JsonSerializer.Serialize(await DefinitionLibrary.PublishedDecisionsAsync(tx.Db, cancellationToken));
            if ((isNew ? New(command, pins!) : known.GetValueOrDefault(command.RunId)) is not { } run)
                outcomes[i] = Refusal.NotFound(command.RunId.ToString());
            else if (command.Id is { } id && run.Commands.Contains(id, StringComparison.Ordinal))
                outcomes[i] = new RunStep(false, ProcessInstance.FromJson(run.State));
            else
                outcomes[i] = await DecideAsync(tx, run, command, isNew ? added : changed, accepted, cancellationToken);
        }
        await RunStore.SaveAsync(tx, added, changed, cancellationToken);
        foreach (var (runId, step) in accepted)
            await effects.ApplyAsync(tx, runId, step, cancellationToken);
        return outcomes;
    }

    private async Task<Outcome<RunStep>> DecideAsync(
        WriteTransaction tx, ProcessRun run, RunCommand command, List<ProcessRun> written, List<(Guid, Decision.Accepted)> steps, CancellationToken cancellationToken)
    {
        var (pinned, settings) = await definitions.ForAsync(tx.Db, run.DefinitionId, run.DecisionsJson, cancellationToken);
        var now = clock.GetUtcNow();
        var state = run.State.Length == 0 ? null : ProcessInstance.FromJson(run.State);
        switch (Interpreter.Decide(pinned.Main, state, command.Command, now, settings))
        {
            case Decision.Accepted accepted:
                (run.State, run.Status, run.UpdatedAt) = (accepted.State.ToJson(), accepted.State.Status, now);
                run.Version++;
                if (command.Id is { } id)
                    run.Commands = string.Join(' ', run.Commands.Split(' ').Prepend(id).Take(RememberedCommands));
                written.Add(run);
                if (command.Completes is { } item)
                    await schedule.CompleteOrThrowAsync(tx, item, cancellationToken);
                if (command.Audit is var (actor, entry))
                    await audit.AppendAsync(tx, Chain, actor, cancellationToken, entry);
                if (RunEffects.HasAny(accepted))
                    steps.Add((run.Id, accepted));
                return new RunStep(true, accepted.State);
            case Decision.Refused { Code: RefusalCode.TimerGone or RefusalCode.WorkGone or RefusalCode.NoReceiver }:
                return new RunStep(false, state!);
            case Decision.Refused refused:
                return StepRefusals.From(refused);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private ProcessRun New(RunCommand command, string pins) => new()
    {
        Id = command.RunId,
        DefinitionId = command.DefinitionId,
        DecisionsJson = pins,
        State = "",
        Commands = "",
        StartedAt = clock.GetUtcNow(),
    };
}
