using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.Tasks;

/// <summary>A completion about to happen: the instance is locked, person, form and separation of duties are checked.</summary>
public sealed record TaskCompletion(LockedInstance Instance, ProcessTask Task, UserTask Definition, string? Outcome, string? Reason, JsonElement? Data, Actor Actor, string? SeenPackage = null);

/// <summary>What a subject demands before a task of its own is completed, and what follows from it, in the same transaction.</summary>
public interface ITaskRule
{
    bool AppliesTo(TaskCompletion completion);

    /// <summary>Null: go on.</summary>
    Task<Refusal?> BeforeAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken) => Task.FromResult<Refusal?>(null);

    Task AfterAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken) => Task.CompletedTask;
}
