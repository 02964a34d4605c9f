using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Tasks;

/// <summary>What people do with tasks. Every action locks the campaign's instance first: of two people at once, one wins and the other learns who. Safe for concurrent use.</summary>
public sealed class TaskDesk(Database database, ProcessHost process, Packages packages, Approvals approvals, IEnumerable<ITaskRule> rules, ManualTasks manual, WorkSchedule schedule, AuditChain audit, BusinessClock clock)
{
    private const string ContentChanged = "content-changed";

    public Task<Outcome<TaskView>> ClaimAsync(Guid taskId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(taskId, actor, "task-claimed", null, async (tx, instance, task, token) =>
        {
            if (task.Assignee == actor.UserName)
                return null;
            if (task.Assignee is not null)
                return Taken(task, instance);
            if (!MayTake(task, actor))
                return Refusal.Forbidden("role") with { Type = "task-not-yours" };
            if (await DutySeparation.CheckAsync(tx, instance, task, actor.UserName, token) is { } refusal)
                return refusal;
            task.Assignee = actor.UserName;
            return null;
        }, cancellationToken);

    public Task<Outcome<TaskView>> ReleaseAsync(Guid taskId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(taskId, actor, "task-released", null, (_, instance, task, _) =>
        {
            if (task.Assignee != actor.UserName)
                return Task.FromResult<Refusal?>(Taken(task, instance));
            task.Assignee = null;
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);

    /// <summary>Hands a task to somebody who may do it. Done by its holder, or by an administrator; the rules on who may sign hold for the receiver alike.</summary>
    public Task<Outcome<TaskView>> TransferAsync(Guid taskId, TransferRequest request, Actor actor, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(request.Reason)
            ? Task.FromResult<Outcome<TaskView>>(Refusal.Invalid(new FieldProblem("reason", "field.reason-required")))
            : ChangeAsync(taskId, actor, "task-transferred", request.Reason, async (tx, instance, task, token) =>
            {
                if (task.Assignee != actor.UserName && !actor.IsAny(Role.Admin, Role.ProcessAdmin) && !(task.Assignee is null && MayTake(task, actor)))
                    return Taken(task, instance);
                var receiver = await tx.Db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.UserName == request.To && !user.IsDisabled, token);
                if (receiver is null)
                    return Refusal.Invalid(new FieldProblem("to", "field.user-unknown", request.To));
                if (!task.CandidateRoles.Intersect(receiver.Roles).Any() && !task.CandidateUsers.Contains(receiver.UserName))
                    return Refusal.Invalid(new FieldProblem("to", "field.user-lacks-role", request.To, string.Join(", ", task.CandidateRoles)));
                if (await DutySeparation.CheckAsync(tx, instance, task, receiver.UserName, token) is { } refusal)
                    return refusal;
                task.Assignee = receiver.UserName;
                return null;
            }, cancellationToken);

    /// <summary>Completes a task: form, outcome and reason are checked, the approval is bound to the package as it is, and the process takes its step.</summary>
    public async Task<Outcome<TaskView>> CompleteAsync(Guid taskId, CompletionRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await TryCompleteAsync(taskId, request, actor, cancellationToken);
        if (outcome.Refusal is { Type: ContentChanged })
            await RefreshPackageAsync(taskId, actor, cancellationToken);   // So that the next look shows what the refusal was about.
        return outcome;
    }

    private Task<Outcome<TaskView>> TryCompleteAsync(Guid taskId, CompletionRequest request, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<TaskView>>(
            async (tx, token) =>
            {
                if (await OpenAsync(tx, taskId, token) is not { } found)
                    return Refusal.NotFound(taskId.ToString());
                var (instance, task) = found;
                if (await MayCompleteAsync(tx, instance, task, actor, token) is { } refusal)
                    return refusal;
                if (ManualTasks.Is(task))
                    return await CompleteManualAsync(tx, instance, task, request, actor, token);
                var definition = (UserTask)instance.Definition.Find(task.ElementId)!;
                if (await CheckEnteredAsync(tx, instance, task, definition, request, token) is { } wrong)
                    return wrong;
                var completion = new TaskCompletion(instance, task, definition, request.Outcome, request.Reason, request.Data, actor, request.PackageHash);
                return await CarryOutAsync(tx, completion, token) is { } refused ? refused : TaskView.From(task, instance.Campaign, clock.GetUtcNow());
            },
            cancellationToken);

    /// <summary>Returns the whole procedure to a stage or element.</summary>
    /// <param name="redo">Every approval from there on is given again. Otherwise those on unchanged content stand.</param>
    public async Task<Outcome<Done>> SendBackAsync(Guid campaignId, string to, string reason, bool redo, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.reason-required"));
        return await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (redo && await process.LockAsync(tx, campaignId, token) is { } instance)
                    await approvals.VoidForRedoAsync(tx, instance, to, reason, actor, token);
                return (await process.SendBackAsync(tx, campaignId, to, reason, actor, token)) is { Refusal: { } refusal } ? refusal : Done.Value;
            },
            cancellationToken);
    }

    internal static bool MayTake(ProcessTask task, Actor actor) =>
        task.Assignee == actor.UserName || task.CandidateUsers.Contains(actor.UserName) || actor.IsAny(task.CandidateRoles);

    private async Task<Refusal?> CarryOutAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var (instance, task, actor) = (completion.Instance, completion.Task, completion.Actor);
        var applying = rules.Where(rule => rule.AppliesTo(completion)).ToList();
        foreach (var rule in applying)
        {
            if (await rule.BeforeAsync(tx, completion, cancellationToken) is { } refusal)
                return refusal;
        }
        Close(task, completion.Outcome, completion.Reason, completion.Data, actor);
        if (Approvals.Approves(completion.Definition, completion.Outcome))
        {
            var package = await packages.CurrentAsync(tx.Db, instance.Campaign, instance.Row, cancellationToken);
            if (await CheckSeenAsync(tx, completion, package, cancellationToken) is { } unseen)
                return unseen;
            await packages.StoreAsync(tx, instance.Campaign, package, cancellationToken);
            await approvals.RecordAsync(tx, instance.Campaign, task, completion.Definition, package, actor, completion.Reason, cancellationToken);
        }
        var step = await process.StepAsync(tx, instance, new Command.CompleteTask(task.EngineTaskId, completion.Outcome, Variables.None, actor.UserName, completion.Reason), actor, cancellationToken);
        if (step.Refusal is { } refused)
            return refused;
        foreach (var rule in applying)
            await rule.AfterAsync(tx, completion, cancellationToken);
        return null;
    }

    /// <summary>Nobody approves what they have not seen: an edit between reading and signing is refused with the parts that changed.</summary>
    private static async Task<Refusal?> CheckSeenAsync(WriteTransaction tx, TaskCompletion completion, LaunchPackage package, CancellationToken cancellationToken)
    {
        if (completion.SeenPackage is not { Length: > 0 } hash || hash == package.Hash)
            return null;
        var campaignId = completion.Instance.Campaign.Id;
        var json = await tx.Db.Packages.AsNoTracking().Where(row => row.CampaignId == campaignId && row.Hash == hash).Select(row => row.PartsJson).SingleOrDefaultAsync(cancellationToken);
        if (json is null)
            return Refusal.Invalid(new FieldProblem("packageHash", "field.package-unknown"));
        var seen = JsonSerializer.Deserialize<Dictionary<string, string>>(json, JsonDefaults.Options)!;
        var changed = Approvals.PartsCovered(completion.Definition).Where(part => seen.GetValueOrDefault(part) != package.Parts[part].Hash).ToList();
        return changed.Count == 0 ? null : Refusal.Conflict(ContentChanged, string.Join(", ", changed)) with { Current = new { packageHash = package.Hash, changed } };
    }

    private Task<Outcome<Done>> RefreshPackageAsync(Guid taskId, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await OpenAsync(tx, taskId, token) is not var (instance, _))
                    return Done.Value;
                var package = await packages.CurrentAsync(tx.Db, instance.Campaign, instance.Row, token);
                await packages.StoreAsync(tx, instance.Campaign, package, token);
                await approvals.VoidChangedAsync(tx, instance.Campaign, package, actor, token);
                return Done.Value;
            },
            cancellationToken);

    /// <summary>Work of a manual channel stands beside the process: its proof is checked and kept, the process takes no step.</summary>
    private async Task<Outcome<TaskView>> CompleteManualAsync(WriteTransaction tx, LockedInstance instance, ProcessTask task, CompletionRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (await manual.CompleteAsync(tx, task, request, actor, cancellationToken) is { } refusal)
            return refusal;
        Close(task, ManualTasks.Done, request.Reason, request.Data, actor);
        return TaskView.From(task, instance.Campaign, clock.GetUtcNow());
    }

    private void Close(ProcessTask task, string? outcome, string? reason, JsonElement? entered, Actor actor)
    {
        task.State = TaskState.Done;
        task.Assignee ??= actor.UserName;
        task.Outcome = outcome;
        task.Reason = reason;
        task.DataJson = entered is { ValueKind: JsonValueKind.Object } data ? data.GetRawText() : null;
        task.CompletedBy = actor.UserName;
        task.CompletedAt = clock.GetUtcNow();
        task.Version++;
    }

    private async Task<Refusal?> MayCompleteAsync(WriteTransaction tx, LockedInstance instance, ProcessTask task, Actor actor, CancellationToken cancellationToken)
    {
        if (task.State != TaskState.Open)
            return Closed(task, instance);
        if (task.Assignee is not null && task.Assignee != actor.UserName)
            return Taken(task, instance);
        if (!MayTake(task, actor))
            return Refusal.Forbidden("role") with { Type = "task-not-yours" };
        return await DutySeparation.CheckAsync(tx, instance, task, actor.UserName, cancellationToken);
    }

    private static async Task<Refusal?> CheckEnteredAsync(WriteTransaction tx, LockedInstance instance, ProcessTask task, UserTask definition, CompletionRequest request, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        if (definition.Outcomes.Length > 0 && (request.Outcome is null || definition.FindOutcome(request.Outcome) is null))
            problems.Add(new FieldProblem("outcome", "field.outcome-unknown", string.Join(", ", definition.Outcomes.Select(outcome => outcome.Id))));
        var refusing = request.Outcome is not null && definition.FindOutcome(request.Outcome) is { RequiresReason: true };
        if (refusing && string.IsNullOrWhiteSpace(request.Reason))
            problems.Add(new FieldProblem("reason", "field.reason-required"));
        if (request.Reason is { Length: > 4000 })
            problems.Add(new FieldProblem("reason", "field.too-long", 4000));
        var json = task.FormId is null ? null : await tx.Db.SopForms.Where(row => row.SopVersionId == instance.Row.SopVersionId && row.FormId == task.FormId).Select(row => row.Json).SingleOrDefaultAsync(cancellationToken);
        var form = json is null ? TaskForm.Empty : FormReader.Read(task.FormId!, json).Form;
        problems.AddRange(form.Check(request.Data, request.Outcome));
        return problems.Count == 0 ? null : Refusal.Invalid([.. problems]);
    }

    private Task<Outcome<TaskView>> ChangeAsync(
        Guid taskId, Actor actor, string happened, string? reason, Func<WriteTransaction, LockedInstance, ProcessTask, CancellationToken, Task<Refusal?>> change, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<TaskView>>(
            async (tx, token) =>
            {
                if (await OpenAsync(tx, taskId, token) is not { } found)
                    return Refusal.NotFound(taskId.ToString());
                var (instance, task) = found;
                if (task.State != TaskState.Open)
                    return Closed(task, instance);
                var before = task.Assignee;
                if (await change(tx, instance, task, token) is { } refusal)
                    return refusal;
                if (before != task.Assignee)
                {
                    task.Version++;
                    await audit.AppendAsync(tx, AuditChain.ForCampaign(task.CampaignId), actor, token, new AuditEntry(happened, task.ElementId, new { before, after = task.Assignee }, reason));
                    if (task.Assignee is not null && task.Assignee != actor.UserName)
                        await schedule.EnqueueAsync(tx, new NewWork(ProcessWork.Notice, $"{task.Id:N}:reassigned", clock.GetUtcNow(), new NoticePayload(task.Id, TaskNoticeKind.Reassigned), task.CampaignId), token);
                }
                return TaskView.From(task, instance.Campaign, clock.GetUtcNow());
            },
            cancellationToken);

    private async Task<(LockedInstance Instance, ProcessTask Task)?> OpenAsync(WriteTransaction tx, Guid taskId, CancellationToken cancellationToken)
    {
        var campaignId = await tx.Db.Tasks.AsNoTracking().Where(row => row.Id == taskId).Select(row => (Guid?)row.CampaignId).SingleOrDefaultAsync(cancellationToken);
        if (campaignId is not { } id || await process.LockAsync(tx, id, cancellationToken) is not { } instance)
            return null;
        // Read after the lock: what another person committed meanwhile counts.
        return (instance, await tx.Db.Tasks.SingleAsync(row => row.Id == taskId, cancellationToken));
    }

    private Refusal Closed(ProcessTask task, LockedInstance instance) =>
        (task.State == TaskState.Done ? Refusal.Conflict("task-done", task.NameIn(Texts.Language), task.CompletedBy ?? "") : Refusal.Conflict("task-withdrawn", task.NameIn(Texts.Language)))
        with { Current = TaskView.From(task, instance.Campaign, clock.GetUtcNow()) };

    private Refusal Taken(ProcessTask task, LockedInstance instance) =>
        (task.Assignee is null ? Refusal.Conflict("task-unclaimed", task.NameIn(Texts.Language)) : Refusal.Conflict("task-taken", task.NameIn(Texts.Language), task.Assignee))
        with { Current = TaskView.From(task, instance.Campaign, clock.GetUtcNow()) };
}
