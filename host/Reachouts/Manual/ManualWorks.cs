using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Makes tasks of what manual channels are given: one open task per firing and account, which later messages join. Assigning a message twice
/// changes nothing.
/// </summary>
internal sealed class ManualWorks(Database database, WorkingCalendars calendars, WorkSchedule schedule, Texts texts, AuditChain audit, BusinessClock clock) : IManualWork
{
    /// <summary>Element of such tasks: no SOP has it.</summary>
    public const string Element = "manual-work";

    public Task<string> AssignAsync(ManualAssignment assignment, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => AssignAsync(tx, assignment, messages, token), cancellationToken);

    private async Task<string> AssignAsync(WriteTransaction tx, ManualAssignment assignment, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken)
    {
        var ids = messages.Select(message => (Id: MessageId.TryParse(message.MessageId) ?? throw new ArgumentException("Only messages of the ledger are worked off by people."), message.Attempt)).ToList();
        var first = ids[0].Id;
        var accountNo = await tx.Db.Messages.Where(row => row.OccurrenceId == first.OccurrenceId && row.CustomerNo == first.CustomerNo && row.Step == first.Step).Select(row => row.AccountNo).SingleAsync(cancellationToken);
        var campaignId = await tx.Db.Occurrences.Where(row => row.Id == first.OccurrenceId).Select(row => row.CampaignId).SingleAsync(cancellationToken);
        // The instance's lock: a task can't be completed while messages join it.
        await tx.Locked<InstanceRow>("SELECT * FROM process_instances WHERE id = {0}", campaignId).AsNoTracking().ToListAsync(cancellationToken);
        var task = await OpenTaskAsync(tx, campaignId, first.OccurrenceId, accountNo, assignment, cancellationToken);
        await tx.Db.SaveChangesAsync(cancellationToken);
        var customers = ids.Select(item => item.Id.CustomerNo).ToList();
        var known = (await tx.Db.ManualMessages.Where(row => row.OccurrenceId == first.OccurrenceId && customers.Contains(row.CustomerNo)).Select(row => new { row.CustomerNo, row.Step, row.Attempt }).ToListAsync(cancellationToken)).ToHashSet();
        tx.Db.AddRange(ids.Where(item => !known.Contains(new { item.Id.CustomerNo, item.Id.Step, Attempt = (short)item.Attempt })).Select(item => new ManualMessage
        {
            OccurrenceId = item.Id.OccurrenceId,
            CustomerNo = item.Id.CustomerNo,
            Step = item.Id.Step,
            Attempt = (short)item.Attempt,
            TaskId = task.Id,
            AccountNo = accountNo,
        }));
        return task.Id.ToString("N");
    }

    private async Task<ProcessTask> OpenTaskAsync(WriteTransaction tx, Guid campaignId, long occurrenceId, int accountNo, ManualAssignment assignment, CancellationToken cancellationToken)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{Element}:{occurrenceId}:{accountNo}");
        if (await tx.Db.Tasks.SingleOrDefaultAsync(row => row.CampaignId == campaignId && row.State == TaskState.Open && row.EngineTaskId == key, cancellationToken) is { } open)
            return open;
        var reachout = await tx.Db.Occurrences.Where(row => row.Id == occurrenceId).Join(tx.Db.Reachouts, row => row.ReachoutId, row => row.Id, (_, row) => row).SingleAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var due = (await calendars.CurrentAsync(tx.Db, cancellationToken)).AddWorkingDays(now, assignment.DueWorkingDays);
        var task = new ProcessTask
        {
            Id = Guid.CreateVersion7(now),
            CampaignId = campaignId,
            EngineTaskId = key,
            ElementId = Element,
            StageId = "monitoring",
            NameZh = texts.InLanguage(Texts.Chinese, $"manual.task.{assignment.Place}", reachout.Name),
            NameEn = texts.InLanguage(Texts.English, $"manual.task.{assignment.Place}", reachout.Name),
            FormId = Element,
            CandidateRoles = [assignment.Role],
            Due = due,
            CreatedAt = now,
        };
        tx.Db.Add(task);
        tx.Db.Add(new ManualBrief { TaskId = task.Id, Place = assignment.Place, Instructions = assignment.Instructions, Proof = assignment.Proof });
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaignId), Actor.System, cancellationToken, new AuditEntry("manual-work-assigned", reachout.Phase, new { assignment.Place, assignment.Role, task = task.Id }));
        await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Notice, $"{task.Id:N}:created", now, new NoticePayload(task.Id, TaskNoticeKind.Created), campaignId), cancellationToken);
        await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Notice, $"{task.Id:N}:overdue", due, new NoticePayload(task.Id, TaskNoticeKind.Overdue), campaignId), cancellationToken);
        return task;
    }
}
