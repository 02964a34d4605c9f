using System.Collections.Frozen;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Dmn.Drg;

/// <summary>The elements that a node requires, by the name its logic uses; imported ones stand below the import's name.</summary>
internal sealed class Requirements(IReadOnlyDictionary<string, DrgElement> direct, IReadOnlyDictionary<string, IReadOnlyList<DrgElement>> imported)
{
    public static Requirements None { get; } = new(FrozenDictionary<string, DrgElement>.Empty, FrozenDictionary<string, IReadOnlyList<DrgElement>>.Empty);

    public IReadOnlyDictionary<string, DrgElement> Direct { get; } = direct;

    public IReadOnlyDictionary<string, IReadOnlyList<DrgElement>> Imported { get; } = imported;

    public IEnumerable<DrgElement> All => Direct.Values.Concat(Imported.Values.SelectMany(elements => elements));

    public IEnumerable<string> Names => Direct.Keys.Concat(Imported.Keys);
}

/// <summary>The variables of a node's logic: required elements are evaluated when they are first read.</summary>
internal sealed class RequirementScope(Requirements requirements, Evaluation evaluation) : IFeelScope
{
    public bool TryGet(string name, out object? value)
    {
        if (requirements.Direct.TryGetValue(name, out var element))
        {
            value = evaluation.ValueOf(element);
            return true;
        }

        if (requirements.Imported.TryGetValue(name, out var elements))
        {
            var entries = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
            foreach (var imported in elements)
            {
                entries[imported.Name] = evaluation.ValueOf(imported);
            }

            value = new FeelContext(entries);
            return true;
        }

        value = null;
        return false;
    }
}
