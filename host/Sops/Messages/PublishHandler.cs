using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Messages;

/// <summary>Delivers what was published: a message to one receiver, a signal to every one. A message without a receiver waits for it.</summary>
internal sealed class PublishHandler(Database database, ProcessHost process, ProcessRuns runs, EarlyMessages early, WorkSchedule schedule) : IWorkHandler
{
    private const int Attempts = 3;

    public string Kind => ProcessWork.Publish;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<PublishPayload>();
        if (payload.Until == default)
            payload = payload with { Until = item.Due + EarlyMessages.DefaultTimeToLive };
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            // Somebody may begin to wait between the look and the lock; then it is tried again.
            if (await DeliverToRunsAsync(item, payload, cancellationToken) || await CompleteAsync(item, payload, cancellationToken))
                return;
        }
        throw new InvalidOperationException($"Whoever waits for message '{payload.Name}' cannot take it now (suspended, perhaps). It is tried again.");
    }

    /// <summary>Runs step in commits of their own; a message's commit also completes the item.</summary>
    /// <returns>Whether a message has its receiver, and all is done.</returns>
    private async Task<bool> DeliverToRunsAsync(WorkItem item, PublishPayload payload, CancellationToken cancellationToken)
    {
        foreach (var id in await RunsAsync(payload, cancellationToken))
        {
            if (payload.Kind == SubscriptionKind.Signal)
                await runs.StepAsync(id, CommandOf(payload), item.Id, cancellationToken);
            else if (await runs.StepForAsync(id, CommandOf(payload), item, cancellationToken) is { IsRefused: false, Value.Applied: true })
                return true;
        }
        return false;
    }

    private Task<bool> CompleteAsync(WorkItem item, PublishPayload payload, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                if (!await DeliverAsync(tx, payload, token) && payload.Kind == SubscriptionKind.Message && !await early.KeepAsync(tx, payload, token))
                    return false;
                await schedule.CompleteOrThrowAsync(tx, item, token);
                return true;
            },
            cancellationToken);

    private async Task<bool> DeliverAsync(WriteTransaction tx, PublishPayload payload, CancellationToken cancellationToken)
    {
        var waiting = await EarlyMessages.Waiting(tx.Db, payload).Where(id => tx.Db.Instances.Any(row => row.Id == id)).ToListAsync(cancellationToken);
        foreach (var id in waiting.Where(id => payload.Kind == SubscriptionKind.Message || id != payload.From))
        {
            var step = await process.StepAsync(tx, id, CommandOf(payload), Actor.System, cancellationToken);
            if (payload.Kind == SubscriptionKind.Message && step is { IsRefused: false, Value.Applied: true })
                return true;
        }
        return false;
    }

    private Task<List<Guid>> RunsAsync(PublishPayload payload, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => EarlyMessages.Waiting(db, payload).Where(id => db.ProcessRuns.Any(row => row.Id == id) && (payload.Kind == SubscriptionKind.Message || id != payload.From)).ToListAsync(token),
            cancellationToken);

    private static Command CommandOf(PublishPayload payload) => payload.Kind == SubscriptionKind.Message
        ? new Command.DeliverMessage(payload.Name, payload.Correlation, Variables.FromJson(payload.VariablesJson))
        : new Command.BroadcastSignal(payload.Name, Variables.FromJson(payload.VariablesJson));
}
