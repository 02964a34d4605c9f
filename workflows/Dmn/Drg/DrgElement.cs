using Orchestrator.Workflows.Dmn.Expressions;
using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Drg;

/// <summary>A node of the decision requirement graph.</summary>
internal abstract class DrgElement(string id, string name, string modelNamespace)
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    public string Namespace { get; } = modelNamespace;

    /// <summary>What its logic may name. Filled when all elements of the model are known.</summary>
    public Requirements Requirements { get; set; } = Requirements.None;

    public Site Site => new(Name, 0, Name);

    /// <summary>Its value in an evaluation; called once per evaluation.</summary>
    public abstract object? ValueIn(Evaluation evaluation);
}

internal sealed class DrgInput(string id, string name, string modelNamespace, DmnType type) : DrgElement(id, name, modelNamespace)
{
    public DmnType Type { get; } = type;

    public override object? ValueIn(Evaluation evaluation) =>
        evaluation.TryInput(this, Type.Feel, out var value)
            ? Type.Accept(FeelValue.From(value), evaluation.Run, Site)
            : evaluation.Run.Fail(Site, $"The input '{Name}' is not given.");
}

internal sealed class DrgDecision(string id, string name, string modelNamespace, DmnType type) : DrgElement(id, name, modelNamespace)
{
    public DmnType Type { get; } = type;

    public Boxed Logic { get; set; } = new BoxedFailure(name, 0, "The decision has no logic.", name);

    public override object? ValueIn(Evaluation evaluation)
    {
        evaluation.Run.Enter();
        var value = Type.Accept(Logic.Evaluate(evaluation.Run, new RequirementScope(Requirements, evaluation)), evaluation.Run, Site);
        evaluation.Run.Leave();
        return value;
    }
}

/// <summary>A business knowledge model: its value is a function.</summary>
internal sealed class DrgKnowledge(string id, string name, string modelNamespace) : DrgElement(id, name, modelNamespace)
{
    public IReadOnlyList<DmnParameter> Parameters { get; set; } = [];

    public DmnType Result { get; set; } = DmnType.Any;

    public Boxed Logic { get; set; } = new BoxedFailure(name, 0, "The business knowledge model has no logic.", name);

    public DmnFunction Function => new(Name, Parameters, Result, Invoke, Site);

    public override object? ValueIn(Evaluation evaluation) => Function;

    // It sees its parameters and the knowledge it requires, never the caller's data.
    private object? Invoke(FeelRun run, object?[] arguments) =>
        Logic.Evaluate(run, BoxedFunction.Bind(Parameters, arguments, new RequirementScope(Requirements, new Evaluation(run, FeelScope.Empty))));
}
