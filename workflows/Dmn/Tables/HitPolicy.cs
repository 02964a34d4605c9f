using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>How the rules that match make the result of a table.</summary>
internal abstract class HitPolicy
{
    /// <summary>Whether the first match is enough, so that the other rules need not be tried.</summary>
    public virtual bool StopsAtFirst => false;

    /// <summary>The result without a match and without default outputs.</summary>
    public virtual object? Empty => null;

    /// <param name="matches">At least one, in the order of the rules.</param>
    public abstract object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table);

    public static HitPolicy? Find(string policy, string? aggregation) => (policy, aggregation) switch
    {
        ("UNIQUE", null) => new UniqueHit(),
        ("ANY", null) => new AnyHit(),
        ("PRIORITY", null) => new PriorityHit(),
        ("FIRST", null) => new FirstHit(),
        ("RULE ORDER", null) => new RuleOrderHit(),
        ("OUTPUT ORDER", null) => new OutputOrderHit(),
        ("COLLECT", null) => new CollectHit(),
        ("COLLECT", "SUM") => new CollectSum(),
        ("COLLECT", "COUNT") => new CollectCount(),
        ("COLLECT", "MIN") => new CollectExtreme(-1),
        ("COLLECT", "MAX") => new CollectExtreme(1),
        _ => null,
    };
}

/// <summary>A rule that matched, with its outputs, one per column.</summary>
internal sealed record RuleMatch(int Rule, object?[] Outputs);

/// <summary>What a hit policy may ask of the table while it decides.</summary>
internal sealed class TableRun(FeelRun run, Site site, IReadOnlyList<string?> names, IReadOnlyList<IReadOnlyList<object?>> priorities)
{
    public FeelRun Run => run;

    /// <summary>Values of one output column in falling priority; empty where none are declared.</summary>
    public IReadOnlyList<IReadOnlyList<object?>> Priorities => priorities;

    public object? Fail(string cause) => run.Fail(site, cause);

    /// <summary>One column gives its value, several a context.</summary>
    public object? Value(object?[] outputs)
    {
        if (outputs.Length == 1)
        {
            return outputs[0];
        }

        var entries = new OrderedDictionary<string, object?>(outputs.Length, StringComparer.Ordinal);
        for (var i = 0; i < outputs.Length; i++)
        {
            entries[names[i] ?? $"output {i + 1}"] = outputs[i];
        }

        return new FeelContext(entries);
    }

    public FeelList List(IEnumerable<RuleMatch> matches) => new([.. matches.Select(match => Value(match.Outputs))]);

    /// <summary>Matches by falling priority of the outputs, the first column weighing most; ties stay in rule order.</summary>
    public IEnumerable<RuleMatch> ByPriority(IReadOnlyList<RuleMatch> matches)
    {
        var ordered = matches.OrderBy(_ => 0);
        for (var column = 0; column < priorities.Count; column++)
        {
            var place = column;
            ordered = ordered.ThenBy(match => Rank(place, match.Outputs[place]));
        }

        return ordered;
    }

    private int Rank(int column, object? value)
    {
        for (var i = 0; i < priorities[column].Count; i++)
        {
            if (Equality.Same(priorities[column][i], value))
            {
                return i;
            }
        }

        return int.MaxValue;
    }
}
