using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>A: several rules may match as long as their outputs are equal.</summary>
internal sealed class AnyHit : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table)
    {
        var first = table.Value(matches[0].Outputs);
        return matches.All(match => Equality.Same(first, table.Value(match.Outputs)))
            ? first
            : table.Fail($"The hit policy is ANY but the rules {string.Join(", ", matches.Select(match => match.Rule))} give different outputs.");
    }
}
