namespace Orchestrator.Workflows.Bpmn;

/// <summary>What a BPMN file turned out to be.</summary>
/// <param name="Definitions">The model; null as soon as one problem is an error.</param>
/// <param name="Problems">Every problem of the file at once, in document order.</param>
public sealed record BpmnReading(BpmnDefinitions? Definitions, IReadOnlyList<BpmnProblem> Problems)
{
    /// <summary>The model, or an exception that lists what is wrong. For shipped files and tests.</summary>
    public BpmnDefinitions Require() =>
        Definitions ?? throw new InvalidOperationException(string.Join(Environment.NewLine, Problems));
}
