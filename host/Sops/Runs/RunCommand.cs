using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>A command on its way to the next shared commit.</summary>
internal sealed class RunCommand(Guid runId, Command command, Guid? commandId)
{
    private readonly TaskCompletionSource<Outcome<RunStep>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid RunId => runId;

    public Command Command => command;

    /// <summary>The caller's own id: applied once, however often it is sent.</summary>
    public string? Id { get; } = commandId?.ToString("N");

    /// <summary>Only for a start.</summary>
    public Guid DefinitionId { get; init; }

    public IdempotencyScope? Idempotency { get; init; }

    /// <summary>A person's decision, for the audit chain of runs.</summary>
    public (Actor Actor, AuditEntry Entry)? Audit { get; init; }

    /// <summary>Scheduled work that is done with this step, in its commit.</summary>
    public WorkItem? Completes { get; init; }

    public Task<Outcome<RunStep>> Answer => answer.Task;

    public void Settle(Outcome<RunStep> outcome) => answer.TrySetResult(outcome);

    public void Break(Exception exception) => answer.TrySetException(exception);
}

/// <summary>What a step did to a run.</summary>
/// <param name="Applied">False: what it was about is gone, or it had been applied before; nothing changed.</param>
public sealed record RunStep(bool Applied, ProcessInstance State);
