using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.Tasks;

public sealed record TaskOutcomeView(string Id, string NameZh, string NameEn, bool RequiresReason);

public sealed record ObligationView(string Id, string Zh, string En);

/// <summary>Everything a page needs to let somebody complete a task.</summary>
public sealed record TaskFormView(TaskForm Form, IReadOnlyList<TaskOutcomeView> Outcomes, IReadOnlyList<ObligationView> Obligations, IReadOnlyList<string> Covers, IReadOnlyList<string> SeparateFrom);

/// <summary>The form, outcomes and obligations of a task, from the SOP version its campaign runs on.</summary>
public sealed class TaskForms(Database database, DefinitionLibrary library)
{
    public Task<TaskFormView?> ForTaskAsync(Guid taskId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var found = await (from task in db.Tasks
                                   join instance in db.Instances on task.CampaignId equals instance.Id
                                   where task.Id == taskId
                                   select new { task.ElementId, task.FormId, instance.SopVersionId }).SingleOrDefaultAsync(token);
                if (found is null)
                    return null;
                var process = (await library.SopAsync(db, found.SopVersionId, token)).Main;
                if (process.Find(found.ElementId) is not UserTask definition)
                    return null;
                var json = await db.SopForms.Where(row => row.SopVersionId == found.SopVersionId && row.FormId == found.FormId).Select(row => row.Json).SingleOrDefaultAsync(token);
                return View(definition, json is null ? TaskForm.Empty : FormReader.Read(found.FormId!, json).Form);
            },
            cancellationToken);

    private static TaskFormView View(UserTask task, TaskForm form) => new(
        form,
        [.. task.Outcomes.Select(outcome => new TaskOutcomeView(outcome.Id, outcome.Name.Zh, outcome.Name.En, outcome.RequiresReason))],
        [.. task.Obligations.Select(obligation => new ObligationView(obligation.Id, obligation.Text.Zh, obligation.Text.En))],
        Compliance.Approvals.PartsCovered(task),
        task.SeparateFrom);
}
