namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Checks a readable process for everything that would hurt once it runs. Errors block publishing.</summary>
public static class SopLint
{
    /// <summary>Every problem of a file at once: its main process as an SOP, the others as what it calls.</summary>
    public static IReadOnlyList<BpmnProblem> Check(BpmnDefinitions definitions, LintSurroundings surroundings) =>
        [.. definitions.Processes.SelectMany(process => process == definitions.Main ? Check(process, surroundings) : CheckCalled(process, surroundings)).OrderBy(problem => problem.Line)];

    /// <summary>Every problem at once, in document order.</summary>
    public static IReadOnlyList<BpmnProblem> Check(ProcessDefinition process, LintSurroundings surroundings)
    {
        var report = new LintReport();
        CheckFlow(process, surroundings, report);
        StageChecks.Check(process, report);
        SignOffChecks.Check(process, surroundings, report);
        SeparationChecks.Check(process, surroundings, report);
        return report.All;
    }

    // Stages, sign-offs and duties are those of the SOP that calls it.
    private static IReadOnlyList<BpmnProblem> CheckCalled(ProcessDefinition process, LintSurroundings surroundings)
    {
        var report = new LintReport();
        CheckFlow(process, surroundings, report);
        return report.All;
    }

    private static void CheckFlow(ProcessDefinition process, LintSurroundings surroundings, LintReport report)
    {
        PathChecks.Check(process, report);
        GatewayChecks.Check(process, report);
        JoinChecks.Check(process, report);
        TimerChecks.Check(process, report);
        TaskChecks.Check(process, surroundings, report);
        ReferenceLint.Check(process, surroundings, report);
    }
}

internal sealed class LintReport
{
    private readonly List<BpmnProblem> problems = [];

    internal IReadOnlyList<BpmnProblem> All => problems.OrderBy(p => p.Line).ToList();

    internal void Error(FlowNode at, string code, string message) =>
        problems.Add(new(ProblemSeverity.Error, code, at.Id, at.Name?.En, at.Line, message));

    internal void Warning(FlowNode at, string code, string message) =>
        problems.Add(new(ProblemSeverity.Warning, code, at.Id, at.Name?.En, at.Line, message));

    internal void Error(ProcessDefinition at, string code, string message) =>
        problems.Add(new(ProblemSeverity.Error, code, at.Id, at.Name?.En, at.Line, message));

    internal void Warning(ProcessDefinition at, string code, string message) =>
        problems.Add(new(ProblemSeverity.Warning, code, at.Id, at.Name?.En, at.Line, message));
}
