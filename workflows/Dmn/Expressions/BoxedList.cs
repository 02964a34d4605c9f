using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

internal sealed class BoxedList(IReadOnlyList<Boxed> items) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        run.Step(items.Count);
        return new FeelList([.. items.Select(item => item.Evaluate(run, scope))]);
    }
}

/// <summary>A table of contexts: a list with one per row.</summary>
internal sealed class BoxedRelation(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<Boxed>> rows) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope)
    {
        run.Step(rows.Count * (long)columns.Count);
        return new FeelList([.. rows.Select(row => Row(run, scope, row))]);
    }

    private FeelContext Row(FeelRun run, IFeelScope scope, IReadOnlyList<Boxed> row)
    {
        var entries = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
        {
            entries[columns[i]] = i < row.Count ? row[i].Evaluate(run, scope) : null;
        }

        return new FeelContext(entries);
    }
}
