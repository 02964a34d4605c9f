using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>Timers and retries of runs. A timer or incident that is gone is done.</summary>
internal sealed class RunTimerHandler(Database database, ProcessRuns runs, WorkSchedule schedule) : IWorkHandler
{
    public string Kind => RunEffects.Timer;

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<TimerPayload>();
        return RunWork.StepAsync(database, runs, schedule, item, payload.InstanceId, new Command.TriggerTimer(payload.TimerId), cancellationToken);
    }
}

internal sealed class RunRetryHandler(Database database, ProcessRuns runs, WorkSchedule schedule) : IWorkHandler
{
    public string Kind => RunEffects.Retry;

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<RetryPayload>();
        return RunWork.StepAsync(database, runs, schedule, item, payload.InstanceId, new Command.RetryIncident(payload.IncidentId), cancellationToken);
    }
}

internal static class RunWork
{
    public static async Task StepAsync(
        Database database, ProcessRuns runs, WorkSchedule schedule, WorkItem item, Guid runId, Command command, CancellationToken cancellationToken)
    {
        var step = await runs.StepForAsync(runId, command, item, cancellationToken);
        if (step is { IsRefused: false, Value.Applied: true })
            return;
        // What is gone or over needs no timer and no retry any more.
        if (step.Refusal is { Type: not ("not-found" or "process-ended" or "process-refused") } refusal)
            throw new InvalidOperationException($"The process refused: {refusal.Type} {string.Join(", ", refusal.Args)}");
        await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                await schedule.CompleteOrThrowAsync(tx, item, token);
                return Done.Value;
            },
            cancellationToken);
    }
}
