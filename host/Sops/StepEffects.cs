using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops.Messages;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>Leaves what an accepted step decided in the transaction: state, tasks, timers, work, subscriptions, audit events, the campaign's place.</summary>
public sealed class StepEffects(AuditChain audit, WorkSchedule schedule, EarlyMessages messages, Incidents incidents, BusinessClock clock)
{
    public async Task ApplyAsync(WriteTransaction tx, LockedInstance instance, Decision.Accepted step, Actor actor, CancellationToken cancellationToken)
    {
        instance.State = step.State;
        instance.Row.State = step.State.ToJson();
        instance.Row.Status = step.State.Status;
        instance.Row.Version++;
        instance.Row.UpdatedAt = clock.GetUtcNow();
        CampaignPlace.Apply(instance, step, clock.GetUtcNow());
        var returned = step.Events.OfType<InstanceEvent.SentBack>().LastOrDefault()?.Reason;
        foreach (var work in step.Work)
            await ApplyAsync(tx, instance, work, returned, cancellationToken);
        await KeepIncidentsAsync(tx, instance.Row.Id, step.Events, cancellationToken);
        var entries = step.Events.Select(happened => InstanceAudit.EntryOf(happened, instance)).OfType<AuditEntry>().ToList();
        await audit.AppendAsync(tx, AuditChain.ForCampaign(instance.Campaign.Id), actor, cancellationToken, entries);
    }

    private Task ApplyAsync(WriteTransaction tx, LockedInstance instance, HostWork work, string? returned, CancellationToken cancellationToken)
    {
        var id = instance.Row.Id;
        switch (work)
        {
            case HostWork.CreateTask create:
                return CreateTaskAsync(tx, instance, create, returned, cancellationToken);
            case HostWork.CancelTask cancel:
                return CancelTaskAsync(tx, id, cancel.TaskId, cancellationToken);
            case HostWork.ScheduleTimer timer:
                return schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Timer, ProcessWork.Key(id, timer.TimerId), timer.Due, new TimerPayload(id, timer.TimerId), id), cancellationToken);
            case HostWork.CancelTimer timer:
                return schedule.CancelAsync(tx, ProcessWork.Timer, ProcessWork.Key(id, timer.TimerId), cancellationToken);
            case HostWork.RunService service:
                return schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Service, ProcessWork.Key(id, service.WorkId), clock.GetUtcNow(), ServicePayload.From(id, service), id), cancellationToken);
            case HostWork.CancelWork service:
                return schedule.CancelAsync(tx, ProcessWork.Service, ProcessWork.Key(id, service.WorkId), cancellationToken);
            case HostWork.PublishMessage message:
                return messages.PublishAsync(tx, id, SubscriptionKind.Message, message.Name, message.Correlation, message.Variables, cancellationToken);
            case HostWork.BroadcastSignal signal:
                return messages.PublishAsync(tx, id, SubscriptionKind.Signal, signal.Name, null, signal.Variables, cancellationToken);
            case HostWork.OpenSubscription open:
                return messages.OpenAsync(tx, id, open, cancellationToken);
            case HostWork.CloseSubscription close:
                return messages.CloseAsync(tx, id, close.SubscriptionId, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task CreateTaskAsync(WriteTransaction tx, LockedInstance instance, HostWork.CreateTask create, string? returned, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var node = instance.Definition.Find(create.ElementId);
        var task = new ProcessTask
        {
            Id = Guid.CreateVersion7(now),
            CampaignId = instance.Campaign.Id,
            EngineTaskId = create.TaskId,
            ElementId = create.ElementId,
            StageId = node?.StageId,
            NameZh = node?.Name?.Zh ?? create.ElementId,
            NameEn = node?.Name?.En ?? create.ElementId,
            FormId = create.FormId,
            CandidateRoles = [.. create.CandidateGroups],
            CandidateUsers = [.. create.CandidateUsers],
            // A task for the role "owner" alone is this campaign's owner's, not any owner's.
            Assignee = create.Assignee ?? (create.CandidateGroups is [Role.Owner] && create.CandidateUsers.Count == 0 ? instance.Campaign.Owner : null),
            Due = create.Due,
            Remind = create.Remind,
            ReturnedBecause = returned,
            CreatedAt = now,
        };
        tx.Db.Add(task);
        await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Notice, $"{task.Id:N}:created", now, new NoticePayload(task.Id, TaskNoticeKind.Created), task.CampaignId), cancellationToken);
        if (create.Remind is { } remind)
            await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Notice, $"{task.Id:N}:remind", remind, new NoticePayload(task.Id, TaskNoticeKind.Reminder), task.CampaignId), cancellationToken);
        if (create.Due is { } due)
            await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Notice, $"{task.Id:N}:overdue", due, new NoticePayload(task.Id, TaskNoticeKind.Overdue), task.CampaignId), cancellationToken);
    }

    private async Task CancelTaskAsync(WriteTransaction tx, Guid campaignId, string engineTaskId, CancellationToken cancellationToken)
    {
        var task = tx.Db.Tasks.Local.FirstOrDefault(row => row.CampaignId == campaignId && row.EngineTaskId == engineTaskId)
            ?? await tx.Db.Tasks.SingleOrDefaultAsync(row => row.CampaignId == campaignId && row.EngineTaskId == engineTaskId, cancellationToken);
        if (task is not { State: TaskState.Open })
            return;
        task.State = TaskState.Cancelled;
        task.CompletedAt = clock.GetUtcNow();
        task.Version++;
    }

    private async Task KeepIncidentsAsync(WriteTransaction tx, Guid instanceId, IReadOnlyList<InstanceEvent> events, CancellationToken cancellationToken)
    {
        foreach (var raised in events.OfType<InstanceEvent.IncidentRaised>())
        {
            tx.Db.Add(new ProcessIncident { InstanceId = instanceId, IncidentId = raised.IncidentId, ElementId = raised.ElementId, Code = raised.Code, Message = raised.Message, At = clock.GetUtcNow() });
            var retry = new NewWork(ProcessWork.Retry, ProcessWork.Key(instanceId, raised.IncidentId), clock.GetUtcNow(), new RetryPayload(instanceId, raised.IncidentId), instanceId);
            await incidents.RaiseAsync(tx, new NewIncident("process", raised.ElementId, instanceId, $"{raised.Code}: {raised.Message}", retry), cancellationToken);
        }
        foreach (var resolved in events.OfType<InstanceEvent.IncidentResolved>())
        {
            if (await tx.Db.ProcessIncidents.SingleOrDefaultAsync(row => row.InstanceId == instanceId && row.IncidentId == resolved.IncidentId, cancellationToken) is { } row)
                tx.Db.Remove(row);
        }
    }
}
