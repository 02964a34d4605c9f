using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops.Messages;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>What a step of a run leaves beside its row: timers, subscriptions, messages, incidents. Open work needs no row, the state names it.</summary>
internal sealed class RunEffects(WorkSchedule schedule, EarlyMessages early, Incidents incidents, BusinessClock clock)
{
    public const string Timer = "run-timer";
    public const string Retry = "run-retry";

    public static bool HasAny(Decision.Accepted step) =>
        step.Work.Any(work => work is not (HostWork.RunService or HostWork.CancelWork)) || step.Events.Any(happened => happened is InstanceEvent.IncidentRaised);

    public async Task ApplyAsync(WriteTransaction tx, Guid runId, Decision.Accepted step, CancellationToken cancellationToken)
    {
        foreach (var work in step.Work)
            await ApplyAsync(tx, runId, work, cancellationToken);
        foreach (var raised in step.Events.OfType<InstanceEvent.IncidentRaised>())
        {
            var retry = new NewWork(Retry, ProcessWork.Key(runId, raised.IncidentId), clock.GetUtcNow(), new RetryPayload(runId, raised.IncidentId));
            await incidents.RaiseAsync(tx, new NewIncident("process-run", $"{raised.ElementId} ({runId})", null, $"{raised.Code}: {raised.Message}", retry), cancellationToken);
        }
    }

    private Task ApplyAsync(WriteTransaction tx, Guid runId, HostWork work, CancellationToken cancellationToken) => work switch
    {
        HostWork.ScheduleTimer timer => schedule.EnqueueAsync(tx, new NewWork(Timer, ProcessWork.Key(runId, timer.TimerId), timer.Due, new TimerPayload(runId, timer.TimerId)), cancellationToken),
        HostWork.CancelTimer timer => schedule.CancelAsync(tx, Timer, ProcessWork.Key(runId, timer.TimerId), cancellationToken),
        HostWork.PublishMessage message => early.PublishAsync(tx, runId, SubscriptionKind.Message, message.Name, message.Correlation, message.Variables, cancellationToken),
        HostWork.BroadcastSignal signal => early.PublishAsync(tx, runId, SubscriptionKind.Signal, signal.Name, null, signal.Variables, cancellationToken),
        HostWork.OpenSubscription open => early.OpenAsync(tx, runId, open, cancellationToken),
        HostWork.CloseSubscription close => early.CloseAsync(tx, runId, close.SubscriptionId, cancellationToken),
        // Workers find their work in the run itself.
        HostWork.RunService or HostWork.CancelWork => Task.CompletedTask,
        _ => throw new InvalidOperationException("A run has no people: its process must not have user tasks."),
    };
}
