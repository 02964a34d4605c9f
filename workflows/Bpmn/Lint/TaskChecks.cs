namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>User tasks that nobody could do.</summary>
internal static class TaskChecks
{
    internal static void Check(ProcessDefinition process, LintSurroundings surroundings, LintReport report)
    {
        foreach (var task in process.UserTasks)
        {
            CheckForm(task, surroundings, report);
            CheckRoles(task, surroundings, report);
            if (task.Remind is not null && task.Due is null)
                report.Warning(task, "remind-without-due", "A reminder counts back from the due time, and there is none. Add sop:due.");
            CheckOutcomes(process, task, report);
        }
    }

    private static void CheckForm(UserTask task, LintSurroundings surroundings, LintReport report)
    {
        if (task.FormId is null)
            report.Warning(task, "form-missing", "The task has no form: people see only its outcomes. Add zeebe:formDefinition formId=\"…\".");
        else if (surroundings.Forms?.Contains(task.FormId) == false)
            report.Error(task, "form-unknown", $"There is no form '{task.FormId}'. Add it, or correct the id.");
    }

    private static void CheckRoles(UserTask task, LintSurroundings surroundings, LintReport report)
    {
        if (task.CandidateGroups is null && task.CandidateUsers is null && task.Assignee is null)
            report.Error(task, "role-missing", "Nobody may take this task. Add zeebe:assignmentDefinition candidateGroups=\"…\".");
        if (surroundings.Members is not { } members)
            return;
        foreach (var role in task.LiteralGroups)
        {
            if (!members.TryGetValue(role, out var people))
                report.Error(task, "role-unknown", $"There is no role '{role}'. Correct it, or add the role.");
            else if (people.Count == 0)
                report.Warning(task, "role-empty", $"Nobody has the role '{role}'.");
        }
        var known = task.LiteralGroups.Where(members.ContainsKey).ToList();
        if (known.Count > 0 && known.TrueForAll(role => members[role].Count == 0) && task.CandidateUsers is null && task.Assignee is null)
            report.Error(task, "nobody-may", $"Nobody has any of the roles that may take this task. Give '{known[0]}' to someone before publishing.");
    }

    // A refusal that nothing reads would pass for an approval.
    private static void CheckOutcomes(ProcessDefinition process, UserTask task, LintReport report)
    {
        var refusing = task.Outcomes.Where(o => o.RequiresReason && o.SendBackTo is null).ToList();
        if (refusing.Count == 0 || process.Flows.Any(f => f.Condition?.Text.Contains(task.OutcomeVariable, StringComparison.Ordinal) == true))
            return;
        report.Error(task, "outcome-ignored", $"No flow looks at '{task.OutcomeVariable}', so '{string.Join("', '", refusing.Select(o => o.Id))}' would go on like an approval. Add a gateway that reads it, or sendBackTo on the outcome.");
    }
}
