using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Tasks;
using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>What all tabs of a campaign page need.</summary>
public sealed record CampaignContext(
    Campaign Campaign,
    Brief Brief,
    ProcessDefinition Process,
    IReadOnlyList<ProcessTask> Tasks,
    IReadOnlyList<Approval> Approvals,
    IReadOnlyDictionary<string, string> PartHashes,
    IReadOnlyDictionary<string, string> People)
{
    public IEnumerable<ProcessTask> OpenTasks => Tasks.Where(task => task.State == TaskState.Open).OrderBy(task => task.Due);

    public string NameOf(string? user) => user is null ? "" : People.GetValueOrDefault(user, user);

    /// <summary>Name of an element of the process in the reader's language.</summary>
    public string ElementName(string elementId) => Process.Find(elementId)?.Name?.In(Web.Texts.Language) ?? Process.FindStage(elementId)?.Name.In(Web.Texts.Language) ?? elementId;

    /// <summary>The latest approval of each task that signs something, the standing one first.</summary>
    public IEnumerable<Approval> LatestApprovals =>
        Approvals.GroupBy(approval => approval.ElementId).Select(group => group.OrderByDescending(approval => approval.Stands).ThenByDescending(approval => approval.At).First()).OrderBy(approval => approval.At);
}
