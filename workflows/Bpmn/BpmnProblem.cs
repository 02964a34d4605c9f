namespace Orchestrator.Workflows.Bpmn;

/// <summary>How bad a finding is: an <see cref="Error"/> blocks publishing, a <see cref="Warning"/> is shown and may stand.</summary>
public enum ProblemSeverity
{
    Error,
    Warning,
}

/// <summary>One finding in a BPMN file, precise enough for its author to act on.</summary>
/// <param name="Severity">Whether it blocks publishing.</param>
/// <param name="Code">Stable, kebab-case, for tests and translations (<c>unsupported-element</c>).</param>
/// <param name="ElementId">The element it is about; null where the file itself is broken.</param>
/// <param name="ElementName">Its label, if it has one.</param>
/// <param name="Line">1-based line in the file, 0 when unknown.</param>
/// <param name="Message">What is wrong and what to do next, in English.</param>
public sealed record BpmnProblem(
    ProblemSeverity Severity,
    string Code,
    string? ElementId,
    string? ElementName,
    int Line,
    string Message)
{
    public bool IsError => Severity == ProblemSeverity.Error;

    public override string ToString()
    {
        var place = ElementId is null ? "file" : ElementName is null ? $"'{ElementId}'" : $"'{ElementId}' ({ElementName})";
        return $"{Severity} {Code} at {place}, line {Line}: {Message}";
    }
}
