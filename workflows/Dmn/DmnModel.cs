using Orchestrator.Workflows.Dmn.Drg;
using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

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
    private readonly IReadOnlyList<DrgElement> elements;

    internal DmnModel(string name, string modelNamespace, IReadOnlyDictionary<string, DmnType> types, IReadOnlyList<DrgElement> elements)
    {
        (Name, Namespace, Types, this.elements) = (name, modelNamespace, types, elements);
        Decisions = [.. elements.OfType<DrgDecision>().Select(Describe)];
        DecisionServices = [.. elements.OfType<DrgService>().Select(service => service.Name)];
    }

    public string Name { get; }

    public string Namespace { get; }

    public IReadOnlyList<DecisionInfo> Decisions { get; }

    /// <summary>Names of the decision services.</summary>
    public IReadOnlyList<string> DecisionServices { get; }

    internal IReadOnlyDictionary<string, DmnType> Types { get; }

    internal IReadOnlyList<string> MemberNames { get; init; } = [];

    /// <summary>Evaluates a decision with all that it requires.</summary>
    /// <exception cref="ArgumentException">There is no such decision.</exception>
    public DecisionResult Evaluate(string decisionIdOrName, IFeelScope inputs, FeelLimits? limits = null)
    {
        var decision = Find<DrgDecision>(decisionIdOrName);
        return Run(decision.Site, inputs, limits, evaluation => evaluation.ValueOf(decision));
    }

    /// <summary>Calls a decision service. Inputs are found by the names of its input data and input decisions.</summary>
    /// <exception cref="ArgumentException">There is no such service.</exception>
    public DecisionResult EvaluateService(string serviceIdOrName, IFeelScope inputs, FeelLimits? limits = null)
    {
        var service = Find<DrgService>(serviceIdOrName);
        return Run(service.Site, inputs, limits, evaluation => service.Function.Call(
            new Frame(evaluation.Run, FeelScope.Empty, []), [.. service.Inputs.Select(input => Given(inputs, input.Name))], null, service.Site));
    }

    /// <summary>Calls a business knowledge model. Arguments are found by the names of its parameters.</summary>
    /// <exception cref="ArgumentException">There is no such business knowledge model.</exception>
    public DecisionResult EvaluateKnowledge(string knowledgeIdOrName, IFeelScope inputs, FeelLimits? limits = null)
    {
        var knowledge = Find<DrgKnowledge>(knowledgeIdOrName);
        return Run(knowledge.Site, inputs, limits, evaluation => knowledge.Function.Call(
            new Frame(evaluation.Run, FeelScope.Empty, []), [.. knowledge.Parameters.Select(parameter => Given(inputs, parameter.Name))], null, knowledge.Site));
    }

    /// <summary>Names of the output decisions of a service; several make its result a context.</summary>
    /// <exception cref="ArgumentException">There is no such service.</exception>
    public IReadOnlyList<string> OutputsOf(string serviceIdOrName) => [.. Find<DrgService>(serviceIdOrName).Outputs.Select(output => output.Name)];

    internal DrgElement? FindById(string id) => elements.FirstOrDefault(element => element.Id == id);

    private static object? Given(IFeelScope inputs, string name) => inputs.TryGet(name, out var value) ? FeelValue.From(value) : null;

    private T Find<T>(string idOrName)
        where T : DrgElement =>
        elements.OfType<T>().FirstOrDefault(element => element.Id == idOrName)
        ?? elements.OfType<T>().FirstOrDefault(element => element.Name == idOrName)
        ?? throw new ArgumentException($"The model '{Name}' has no '{idOrName}' of the kind asked for.", nameof(idOrName));

    private static DecisionResult Run(Site site, IFeelScope inputs, FeelLimits? limits, Func<Evaluation, object?> evaluate)
    {
        var run = new FeelRun(limits ?? FeelLimits.Default) { Matched = [] };
        var value = run.Guard(site, () => evaluate(new Evaluation(run, inputs)));
        return new DecisionResult(value, run.Matched, run.Diagnostics);
    }

    private static DecisionInfo Describe(DrgDecision decision)
    {
        var (seen, queue) = (new HashSet<DrgElement> { decision }, new Queue<DrgElement>([decision]));
        while (queue.TryDequeue(out var next))
        {
            foreach (var required in next.Requirements.All.Where(seen.Add))
            {
                queue.Enqueue(required);
            }
        }

        return new DecisionInfo(
            decision.Id,
            decision.Name,
            decision.Type.Feel,
            [.. seen.OfType<DrgInput>().Select(input => new DmnVariable(input.Name, input.Type.Feel))],
            [.. decision.Requirements.All.OfType<DrgDecision>().Select(required => required.Id)]);
    }
}
