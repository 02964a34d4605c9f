using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Retrospectives;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.Tasks;

public sealed record TaskOutcomeView(string Id, string NameZh, string NameEn, bool RequiresReason);

public sealed record ObligationView(string Id, string Zh, string En);

/// <summary>Everything a page needs to let somebody complete a task.</summary>
public sealed record TaskFormView(TaskForm Form, IReadOnlyList<TaskOutcomeView> Outcomes, IReadOnlyList<ObligationView> Obligations, IReadOnlyList<string> Covers, IReadOnlyList<string> SeparateFrom, IReadOnlyDictionary<string, string> Prefill);

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
                                   select new { task.CampaignId, task.ElementId, task.FormId, instance.SopVersionId }).SingleOrDefaultAsync(token);
                if (found is null)
                    return null;
                if (found.ElementId == ManualWorks.Element)
                    return await ManualTasks.FormAsync(db, taskId, token);
                var process = (await library.SopAsync(db, found.SopVersionId, token)).Main;
                if (process.Find(found.ElementId) is not UserTask definition)
                    return null;
                var json = await db.SopForms.Where(row => row.SopVersionId == found.SopVersionId && row.FormId == found.FormId).Select(row => row.Json).SingleOrDefaultAsync(token);
                return View(definition, json is null ? TaskForm.Empty : FormReader.Read(found.FormId!, json).Form, await PrefillAsync(db, found.ElementId, found.CampaignId, token));
            },
            cancellationToken);

    /// <summary>A retrospective starts from what the data say, in the reader's language.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> PrefillAsync(OrchestratorDb db, string elementId, Guid campaignId, CancellationToken cancellationToken)
    {
        if (elementId != CampaignElements.WriteRetrospective || await db.Retrospectives.Where(row => row.CampaignId == campaignId).Select(row => row.ContentJson).SingleOrDefaultAsync(cancellationToken) is not { } json)
            return new Dictionary<string, string>();
        var content = JsonSerializer.Deserialize<Retrospective>(json, JsonDefaults.Options)!;
        var values = content.Draft.ToDictionary(line => line.Key, line => Texts.IsChinese ? line.Value.Zh : line.Value.En, StringComparer.Ordinal);
        foreach (var entered in content.Owner is { ValueKind: JsonValueKind.Object } owner ? owner.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String) : [])
            values[entered.Name] = entered.Value.GetString()!;
        return values;
    }

    private static TaskFormView View(UserTask task, TaskForm form, IReadOnlyDictionary<string, string> prefill) => new(
        form,
        [.. task.Outcomes.Select(outcome => new TaskOutcomeView(outcome.Id, outcome.Name.Zh, outcome.Name.En, outcome.RequiresReason))],
        [.. task.Obligations.Select(obligation => new ObligationView(obligation.Id, obligation.Text.Zh, obligation.Text.En))],
        Compliance.Approvals.PartsCovered(task),
        task.SeparateFrom,
        prefill);
}
