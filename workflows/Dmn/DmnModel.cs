using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Dmn;

/// <summary>A name with its declared type.</summary>
public sealed record DmnVariable(string Name, FeelType Type);

/// <summary>A decision and what must be known to make it.</summary>
/// <param name="Id">Id in the model; its name where it has none.</param>
/// <param name="Name">Name in the model.</param>
/// <param name="Type">Type of its variable.</param>
/// <param name="Inputs">The input data it needs, also through other decisions.</param>
/// <param name="Requires">Ids of the decisions it uses directly.</param>
public sealed record DecisionInfo(string Id, string Name, FeelType Type, IReadOnlyList<DmnVariable> Inputs, IReadOnlyList<string> Requires);

/// <summary>A model that was read, checked and compiled. Immutable; safe to evaluate from several threads.</summary>
public sealed class DmnModel
{
    public string Name { get; } = "";

    public string Namespace { get; } = "";

    public IReadOnlyList<DecisionInfo> Decisions { get; } = [];

    public IReadOnlyList<string> DecisionServices { get; } = [];

    /// <summary>Evaluates a decision with all that it requires.</summary>
    /// <exception cref="ArgumentException">There is no such decision.</exception>
    public DecisionResult Evaluate(string decisionIdOrName, IFeelScope inputs, FeelLimits? limits = null) => throw new NotImplementedException();

    /// <summary>Calls a decision service. Inputs are found by the names of its input data and input decisions.</summary>
    /// <exception cref="ArgumentException">There is no such service.</exception>
    public DecisionResult EvaluateService(string serviceIdOrName, IFeelScope inputs, FeelLimits? limits = null) => throw new NotImplementedException();
}
