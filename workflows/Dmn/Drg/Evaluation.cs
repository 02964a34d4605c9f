using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Drg;

/// <summary>One evaluation of a graph: every node at most once.</summary>
internal sealed class Evaluation(FeelRun run, IFeelScope inputs)
{
    private readonly Dictionary<DrgElement, object?> known = [];

    public FeelRun Run { get; } = run;

    public void Know(DrgElement element, object? value) => known[element] = value;

    public object? ValueOf(DrgElement element)
    {
        if (!known.TryGetValue(element, out var value))
        {
            known[element] = value = element.ValueIn(this);
        }

        return value;
    }

    public bool TryInput(DrgInput input, FeelType type, out object? value) => inputs switch
    {
        INamespacedScope named when named.TryGet(input.Namespace, input.Name, out value) => true,
        ITypedScope typed => typed.TryGet(input.Name, type, out value),
        _ => inputs.TryGet(input.Name, out value),
    };
}
