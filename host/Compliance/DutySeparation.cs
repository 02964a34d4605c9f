using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.Compliance;

/// <summary>
/// Who must not take a task (<c>sop:separateFrom</c>, both ways). Asked at claim and transfer so that nobody works on what they cannot
/// complete; the interpreter enforces the same at completion, for everyone, administrators included.
/// </summary>
public static class DutySeparation
{
    public const string Owner = "owner";

    /// <returns>Why <paramref name="userName"/> must not do the task; null when they may.</returns>
    public static async Task<Refusal?> CheckAsync(WriteTransaction tx, LockedInstance instance, ProcessTask task, string userName, CancellationToken cancellationToken)
    {
        if (instance.Definition.Find(task.ElementId) is not UserTask definition)
            return null;
        if (definition.SeparateFrom.Contains(Owner, StringComparer.Ordinal) && userName == instance.Campaign.Owner)
            return new Refusal("separation-of-duties-owner", StatusCodes.Status403Forbidden, userName, instance.Campaign.Code);
        var apart = Apart(instance.Definition, definition).ToList();
        var done = await tx.Db.Tasks.AsNoTracking()
            .Where(row => row.CampaignId == task.CampaignId && row.State == TaskState.Done && row.CompletedBy == userName && apart.Contains(row.ElementId))
            .OrderBy(row => row.CompletedAt).FirstOrDefaultAsync(cancellationToken);
        return done is null ? null : new Refusal("separation-of-duties", StatusCodes.Status403Forbidden, userName, done.NameIn(Texts.Language), done.ElementId);
    }

    /// <summary>Elements that must have been done by somebody else, named from either side.</summary>
    public static IEnumerable<string> Apart(ProcessDefinition process, UserTask task) =>
        task.SeparateFrom.Where(name => name != Owner)
            .Concat(process.UserTasks.Where(other => other.SeparateFrom.Contains(task.Id, StringComparer.Ordinal)).Select(other => other.Id))
            .Where(name => name != task.Id)
            .Distinct(StringComparer.Ordinal);
}
