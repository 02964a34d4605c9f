using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

/// <summary>Entries that see those before them; an entry without a name is the result of the whole.</summary>
internal sealed class BoxedContext(IReadOnlyList<BoxedContext.Entry> entries) : Boxed
{
    internal sealed record Entry(string? Name, DmnType Type, Boxed Value, Site Site);

    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        var values = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        var inner = new OverlayScope(values, scope);
        foreach (var entry in entries)
        {
            run.Step();
            var value = entry.Type.Accept(entry.Value.Evaluate(run, inner), run, entry.Site);
            if (entry.Name is null)
            {
                return value;
            }

            values[entry.Name] = value;
        }

        return new FeelContext(values);
    }
}

/// <summary>Names in front of another scope.</summary>
internal sealed class OverlayScope(IReadOnlyDictionary<string, object?> names, IFeelScope outer) : IFeelScope
{
    public bool TryGet(string name, out object? value) => names.TryGetValue(name, out value) || outer.TryGet(name, out value);
}
