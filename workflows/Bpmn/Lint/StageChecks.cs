namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Stages that the board could not show or return to.</summary>
internal static class StageChecks
{
    internal static void Check(ProcessDefinition process, LintReport report)
    {
        if (process.Stages.Length == 0)
            return;
        foreach (var stage in process.Stages.Where(s => s.EntryElementId is null))
            report.Warning(process, "stage-empty", $"No element belongs to the stage '{stage.Id}'. Add sop:stage=\"{stage.Id}\" to its elements, or remove the stage.");
        foreach (var task in process.UserTasks.Where(t => t.StageId is null))
            report.Warning(task, "stage-missing", "The task belongs to no stage, so the board shows the campaign where it was before. Add sop:stage.");
    }
}
