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
    public string Kind => ProcessWork.Publish;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<PublishPayload>();
        if (payload.Until == default)
            payload = payload with { Until = item.Due + EarlyMessages.DefaultTimeToLive };
        var isDone = false;
        // Runs step in commits of their own; the item's id keeps a repeated delivery from counting twice.
        foreach (var id in await RunsAsync(payload, cancellationToken))
        {
            var step = await runs.StepAsync(id, CommandOf(payload), item.Id, cancellationToken);
            if (payload.Kind == SubscriptionKind.Message && step is { IsRefused: false, Value: var taken } && (taken.Applied || await HasTakenAsync(id, item.Id, cancellationToken)))
            {
                isDone = true;
                break;
            }
        }
        while (!await CompleteAsync(item, payload, isDone, cancellationToken))
        {
            // Somebody began to wait between the look and the lock.
        }
    }

    private Task<bool> CompleteAsync(WorkItem item, PublishPayload payload, bool isDone, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                var delivered = isDone || await DeliverAsync(tx, payload, token);
                if (!delivered && payload.Kind == SubscriptionKind.Message && !await early.KeepAsync(tx, payload, token))
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

    private async Task<bool> HasTakenAsync(Guid runId, Guid itemId, CancellationToken cancellationToken) =>
        (await runs.FindAsync(runId, cancellationToken))?.Commands.Contains(itemId.ToString("N"), StringComparison.Ordinal) == true;

    private static Command CommandOf(PublishPayload payload) => payload.Kind == SubscriptionKind.Message
        ? new Command.DeliverMessage(payload.Name, payload.Correlation, Variables.FromJson(payload.VariablesJson))
        : new Command.BroadcastSignal(payload.Name, Variables.FromJson(payload.VariablesJson));
}
