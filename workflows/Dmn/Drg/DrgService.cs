using Orchestrator.Workflows.Dmn.Expressions;
using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Drg;

/// <summary>A decision service: its value is a function of its input data and input decisions, in this order.</summary>
internal sealed class DrgService(string id, string name, string modelNamespace, DmnType result) : DrgElement(id, name, modelNamespace)
{
    public IReadOnlyList<DrgElement> Inputs { get; set; } = [];

    public IReadOnlyList<DrgDecision> Outputs { get; set; } = [];

    public DmnFunction Function => new(Name, [.. Inputs.Select(input => new DmnParameter(input.Name, TypeOf(input)))], result, Invoke, Site);

    public override object? ValueIn(Evaluation evaluation) => Function;

    private static DmnType TypeOf(DrgElement input) => input is DrgInput data ? data.Type : ((DrgDecision)input).Type;

    private object? Invoke(FeelRun run, object?[] arguments)
    {
        var evaluation = new Evaluation(run, FeelScope.Empty);
        for (var i = 0; i < arguments.Length; i++)
        {
            evaluation.Know(Inputs[i], arguments[i]);
        }

        return Result(evaluation);
    }

    /// <summary>One output decision gives its value, several a context of theirs.</summary>
    public object? Result(Evaluation evaluation)
    {
        if (Outputs.Count == 1)
        {
            return evaluation.ValueOf(Outputs[0]);
        }

        var values = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var output in Outputs)
        {
            values[output.Name] = evaluation.ValueOf(output);
        }

        return new FeelContext(values);
    }
}
