using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tasks;

/// <summary>Somebody should know about a task. <paramref name="Kind"/>: created, reassigned, reminder, overdue.</summary>
public sealed record TaskNotice(string Kind, TaskView Task, IReadOnlyList<User> To);

/// <summary>Tells people about tasks outside the console (WeCom, e-mail). May be called again for the same notice after a crash.</summary>
public interface ITaskNotifier
{
    Task NotifyAsync(TaskNotice notice, CancellationToken cancellationToken);
}

/// <summary>At a task's creation, hand-over, reminder and due time: notes it, and tells its holder or candidates.</summary>
internal sealed class TaskNoticeHandler(Database database, Inbox inbox, IEnumerable<ITaskNotifier> notifiers, AuditChain audit, WorkSchedule schedule, BusinessClock clock) : IWorkHandler
{
    public string Kind => ProcessWork.Notice;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<NoticePayload>();
        if (await inbox.FindAsync(payload.TaskId, cancellationToken) is { State: TaskState.Open } task && notifiers.Any())
        {
            var notice = new TaskNotice(payload.Kind.ToString().ToLowerInvariant(), task, await ReceiversAsync(task, cancellationToken));
            foreach (var notifier in notifiers)
                await notifier.NotifyAsync(notice, cancellationToken);
        }
        await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (payload.Kind is TaskNoticeKind.Reminder or TaskNoticeKind.Overdue)
                    await NoteAsync(tx, payload, token);
                await schedule.CompleteOrThrowAsync(tx, item, token);
                return Done.Value;
            },
            cancellationToken);
    }

    private async Task NoteAsync(WriteTransaction tx, NoticePayload payload, CancellationToken cancellationToken)
    {
        var row = await tx.Db.Tasks.SingleOrDefaultAsync(task => task.Id == payload.TaskId && task.State == TaskState.Open, cancellationToken);
        if (row is null)
            return;
        row.RemindedAt = clock.GetUtcNow();
        var type = payload.Kind == TaskNoticeKind.Overdue ? "task-overdue" : "task-reminded";
        await audit.AppendAsync(tx, AuditChain.ForCampaign(row.CampaignId), Actor.System, cancellationToken, new AuditEntry(type, row.ElementId, new { row.Assignee, row.Due }));
    }

    private Task<List<User>> ReceiversAsync(TaskView task, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => task.Assignee is { } holder
                ? db.Users.Where(user => user.UserName == holder && !user.IsDisabled).ToListAsync(token)
                : CandidatesAsync(db, task, token),
            cancellationToken);

    private static async Task<List<User>> CandidatesAsync(OrchestratorDb db, TaskView task, CancellationToken cancellationToken)
    {
        var named = await db.Tasks.Where(row => row.Id == task.Id).Select(row => row.CandidateUsers).SingleAsync(cancellationToken);
        return await db.Users.Where(user => !user.IsDisabled && (user.Roles.Any(role => task.CandidateRoles.Contains(role)) || named.Contains(user.UserName))).OrderBy(user => user.UserName).ToListAsync(cancellationToken);
    }
}
