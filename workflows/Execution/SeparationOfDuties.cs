using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution;

/// <summary>Who must not do what, because of what they did before. Ask before offering or claiming a task; completing asks again.</summary>
public static class SeparationOfDuties
{
    /// <summary>Why a person must not complete a task; null when they may.</summary>
    public static string? Conflict(ProcessDefinition definition, ProcessInstance state, string taskElementId, string person)
    {
        if (definition.Find(taskElementId) is not UserTask task)
            return null;
        if (task.SeparateFrom.Contains("owner") && state.Owner == person)
            return $"'{person}' owns this campaign and must not complete '{task.Id}'. Someone else of its roles must.";
        foreach (var other in Partners(definition, task))
        {
            if (state.DoneBy.TryGetValue(other, out var doer) && doer == person)
                return $"'{person}' completed '{other}' and must not complete '{task.Id}' as well. Someone else of its roles must.";
        }
        return null;
    }

    /// <summary>The tasks that must be done by other people than this one, whichever of the two names the other.</summary>
    public static IEnumerable<string> Partners(ProcessDefinition definition, UserTask task)
    {
        foreach (var other in definition.Nodes)
        {
            if (other is UserTask user && other != task && (task.SeparateFrom.Contains(other.Id) || user.SeparateFrom.Contains(task.Id)))
                yield return other.Id;
        }
    }
}
