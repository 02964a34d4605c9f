using System.Text.Json;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>Fires BPMN timers. A timer that is gone is done: it fires once however often its row is run.</summary>
internal sealed class TimerHandler(Database database, ProcessHost process, WorkSchedule schedule) : IWorkHandler
{
    public string Kind => ProcessWork.Timer;

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                var payload = item.Read<TimerPayload>();
                var step = await process.TriggerTimerAsync(tx, payload.InstanceId, payload.TimerId, token);
                step.OrThrow();
                await schedule.CompleteOrThrowAsync(tx, item, token);
                return Done.Value;
            },
            cancellationToken);
}

/// <summary>Runs service tasks: the subject that owns the effect does its part and the process goes on in the same transaction.</summary>
internal sealed class ServiceTaskHandler(Database database, ProcessHost process, Packages packages, IEnumerable<IServiceTask> tasks, WorkSchedule schedule) : IWorkHandler
{
    /// <summary>Of two for one type the later registration runs.</summary>
    private readonly Dictionary<string, IServiceTask> byType = tasks.GroupBy(task => task.Type).ToDictionary(group => group.Key, group => group.Last());

    public string Kind => ProcessWork.Service;

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                var payload = item.Read<ServicePayload>();
                var instance = await process.LockAsync(tx, payload.InstanceId, token);
                if (instance?.State is { } state && state.Work.Any(work => work.WorkId == payload.WorkId))
                    await RunAsync(tx, instance, payload, token);
                await schedule.CompleteOrThrowAsync(tx, item, token);
                return Done.Value;
            },
            cancellationToken);

    private async Task RunAsync(WriteTransaction tx, LockedInstance instance, ServicePayload payload, CancellationToken cancellationToken)
    {
        if (!byType.TryGetValue(payload.Type, out var task))
            throw new InvalidOperationException($"Nothing runs service tasks of type '{payload.Type}' (element '{payload.ElementId}').");
        var context = new ServiceTaskContext(
            instance.Row.Id, payload.WorkId, payload.ElementId, Variables.FromJson(payload.InputJson), payload.Headers,
            instance.Campaign, instance.Campaign.Brief(), await packages.CurrentAsync(tx.Db, instance.Campaign, instance.Row, cancellationToken));
        Command? command = await task.RunAsync(tx, context, cancellationToken) switch
        {
            ServiceTaskResult.Completed completed => new Command.CompleteWork(payload.WorkId, completed.Variables),
            ServiceTaskResult.Failed failed => new Command.FailWork(payload.WorkId, failed.ErrorCode, failed.Message),
            _ => null,
        };
        if (command is not null)
            (await process.StepAsync(tx, instance, command, Actor.System, cancellationToken)).OrThrow();
    }
}

/// <summary>Tries again what raised an incident. An incident that is gone, or an instance that ended, is done.</summary>
internal sealed class RetryHandler(Database database, ProcessHost process, WorkSchedule schedule) : IWorkHandler
{
    public string Kind => ProcessWork.Retry;

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                var payload = item.Read<RetryPayload>();
                var instance = await process.LockAsync(tx, payload.InstanceId, token);
                if (instance?.State is { IsEnded: false } state && state.Incidents.Any(incident => incident.IncidentId == payload.IncidentId))
                    (await process.StepAsync(tx, instance, new Command.RetryIncident(payload.IncidentId), Actor.System, token)).OrThrow();
                await schedule.CompleteOrThrowAsync(tx, item, token);
                return Done.Value;
            },
            cancellationToken);
}

internal static class HandlerSupport
{
    public static T Read<T>(this WorkItem item) => JsonSerializer.Deserialize<T>(item.Payload, JsonDefaults.Options)!;

    /// <summary>In background work nobody reads a refusal: it postpones the work, and in the end becomes an incident that shows it.</summary>
    public static void OrThrow(this Outcome<StepResult> step)
    {
        if (step.Refusal is { } refusal)
            throw new InvalidOperationException($"The process refused: {refusal.Type} {string.Join(", ", refusal.Args)}");
    }

    public static async Task CompleteOrThrowAsync(this WorkSchedule schedule, WriteTransaction tx, WorkItem item, CancellationToken cancellationToken)
    {
        if (!await schedule.CompleteAsync(tx, item, cancellationToken))
            throw new InvalidOperationException("The lease on this work was lost; whoever holds it now will run it.");
    }
}
