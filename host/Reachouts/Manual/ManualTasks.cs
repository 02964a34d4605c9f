using System.Text;
using System.Text.Json;
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

namespace Orchestrator.Host.Reachouts;

/// <summary>Tasks of manual channels: done with a proof, after which the ledger says delivered.</summary>
public sealed class ManualTasks(WorkSchedule schedule, AuditChain audit, BusinessClock clock)
{
    public const string Done = "done";

    /// <summary>Who did it, when, and a text or a file that shows it.</summary>
    internal static readonly TaskForm Form = new(ManualWorks.Element,
    [
        new FormField { Type = "textfield", Key = "doneBy", LabelZh = "执行人", LabelEn = "Done by", Required = true, MaxLength = 100 },
        new FormField { Type = "datetime", Key = "doneAt", LabelZh = "执行时间", LabelEn = "Done on", Required = true },
        new FormField { Type = "textarea", Key = "proof", LabelZh = "凭证说明或链接", LabelEn = "Proof: what was done, or a link", MaxLength = 4000 },
        new FormField { Type = "file", Key = "files", LabelZh = "凭证文件", LabelEn = "Proof: files" },
    ]);

    internal static bool Is(ProcessTask task) => task.ElementId == ManualWorks.Element;

    internal static async Task<TaskFormView> FormAsync(OrchestratorDb db, Guid taskId, CancellationToken cancellationToken)
    {
        var brief = await db.ManualBriefs.SingleAsync(row => row.TaskId == taskId, cancellationToken);
        var people = await db.ManualMessages.CountAsync(row => row.TaskId == taskId, cancellationToken);
        FormField Say(string zh, string en) => new() { Type = "text", Key = "", LabelZh = zh, LabelEn = en };
        return new TaskFormView(
            Form with { Fields = [Say($"操作说明：{brief.Instructions}（{people} 人，名单：/api/v1/tasks/{taskId}/customers）", $"What to do: {brief.Instructions} ({people} customers, list: /api/v1/tasks/{taskId}/customers)"), Say($"凭证要求：{brief.Proof}", $"Proof: {brief.Proof}"), .. Form.Fields] },
            [new TaskOutcomeView(Done, "已完成", "Done", false)], [], [], [], new Dictionary<string, string>());
    }

    /// <summary>Checks and keeps the proof; the messages are settled in the background.</summary>
    internal async Task<Refusal?> CompleteAsync(WriteTransaction tx, ProcessTask task, CompletionRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var problems = Form.Check(request.Data, Done).ToList();
        if (request.Outcome is { Length: > 0 } outcome && outcome != Done)
            problems.Add(new FieldProblem("outcome", "field.outcome-unknown", Done));
        var files = Files(request.Data);
        if (problems.Count == 0 && files.Count == 0 && Text(request.Data, "proof").Length == 0)
            problems.Add(new FieldProblem("data.proof", "field.proof-required"));
        var known = await tx.Db.Files.Where(row => files.Contains(row.Sha256)).Select(row => row.Sha256).ToListAsync(cancellationToken);
        problems.AddRange(files.Except(known).Select(file => new FieldProblem("data.files", "field.file-missing", file)));
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]);
        var messages = await tx.Db.ManualMessages.CountAsync(row => row.TaskId == task.Id, cancellationToken);
        var proof = new { task = task.Id, messages, doneBy = Text(request.Data, "doneBy"), doneAt = Text(request.Data, "doneAt"), files, proof = CanonicalJson.Hash(Text(request.Data, "proof")) };
        await audit.AppendAsync(tx, AuditChain.ForCampaign(task.CampaignId), actor, cancellationToken, new AuditEntry("manual-work-done", task.NameEn, proof, request.Reason));
        await schedule.EnqueueAsync(tx, new NewWork(SettleManual.WorkKind, task.Id.ToString("N"), clock.GetUtcNow(), new ManualSettlement(task.Id), task.CampaignId), cancellationToken);
        return null;
    }

    /// <summary>The work of an ended campaign is not done any more.</summary>
    internal async Task WithdrawAsync(WriteTransaction tx, Guid campaignId, CancellationToken cancellationToken)
    {
        foreach (var task in await tx.Db.Tasks.AsTracking().Where(row => row.CampaignId == campaignId && row.State == TaskState.Open && row.ElementId == ManualWorks.Element).ToListAsync(cancellationToken))
            (task.State, task.CompletedAt, task.Version) = (TaskState.Cancelled, clock.GetUtcNow(), task.Version + 1);
    }

    /// <summary>The customers of a task by the company's own ids, as CSV; null: it is no such task, or not this person's.</summary>
    internal static async Task<(Guid CampaignId, string Csv, int Rows)?> CustomersAsync(OrchestratorDb db, Guid taskId, Actor actor, CancellationToken cancellationToken)
    {
        var task = await db.Tasks.SingleOrDefaultAsync(row => row.Id == taskId, cancellationToken);
        if (task is null || !Is(task) || !(TaskDesk.MayTake(task, actor) || actor.IsAny(Role.Platform, Role.Auditor)))
            return null;
        var csv = new StringBuilder("customer\r\n");
        var rows = 0;
        await foreach (var id in db.ManualMessages.Where(row => row.TaskId == taskId).Join(db.Customers, row => row.CustomerNo, row => row.CustomerNo, (_, customer) => customer.ExternalId).Distinct().OrderBy(id => id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            csv.Append(id).Append("\r\n");
            rows++;
        }
        return (task.CampaignId, csv.ToString(), rows);
    }

    private static List<string> Files(JsonElement? data) => data is { ValueKind: JsonValueKind.Object } some && some.TryGetProperty("files", out var files)
        ? files.ValueKind == JsonValueKind.Array ? [.. files.EnumerateArray().Select(file => file.ToString())] : files.ToString() is { Length: > 0 } one ? [one] : []
        : [];

    private static string Text(JsonElement? data, string name) =>
        data is { ValueKind: JsonValueKind.Object } some && some.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : "";
}

/// <summary>Payload: the task whose proof was given.</summary>
internal sealed record ManualSettlement(Guid TaskId);

/// <summary>Marks the messages of a finished manual task as delivered, a slice at a time.</summary>
internal sealed class SettleManual(Database database, ReceiptApplier receipts, WorkSchedule schedule) : IWorkHandler
{
    public const string WorkKind = "settle-manual";
    private const int Slice = 500;

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var taskId = item.Read<ManualSettlement>().TaskId;
        while (await database.WriteAsync((tx, token) => SettleAsync(tx, taskId, token), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }

    private async Task<bool> SettleAsync(WriteTransaction tx, Guid taskId, CancellationToken cancellationToken)
    {
        var rows = await tx.Db.ManualMessages.AsTracking().Where(row => row.TaskId == taskId && !row.IsSettled).OrderBy(row => row.OccurrenceId).ThenBy(row => row.CustomerNo).Take(Slice).ToListAsync(cancellationToken);
        if (rows.Count == 0)
            return false;
        var no = rows[0].AccountNo;
        var account = await tx.Db.ChannelAccounts.AsNoTracking().SingleAsync(row => row.No == no, cancellationToken);
        await receipts.ApplyAsync(
            tx, account,
            [.. rows.Select(row => new Receipt { MessageId = new MessageId(row.OccurrenceId, row.CustomerNo, row.Step).ToString(), Attempt = row.Attempt, Status = ReceiptStatus.Delivered })],
            cancellationToken);
        foreach (var row in rows)
            row.IsSettled = true;
        return rows.Count == Slice;
    }
}
