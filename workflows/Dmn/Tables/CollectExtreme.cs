using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>C&lt; and C&gt;: the smallest or largest output, column by column.</summary>
internal sealed class CollectExtreme(int sign) : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table)
    {
        var best = (object?[])matches[0].Outputs.Clone();
        foreach (var match in matches.Skip(1))
        {
            for (var i = 0; i < best.Length; i++)
            {
                if (Ordering.Compare(match.Outputs[i], best[i]) is not { } order)
                {
                    return table.Fail($"The outputs have no order: a {Describe.Kind(best[i])} and a {Describe.Kind(match.Outputs[i])}.");
                }

                best[i] = order * sign > 0 ? match.Outputs[i] : best[i];
            }
        }

        return table.Value(best);
    }
}
