using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>C+: the sum of the outputs, column by column.</summary>
internal sealed class CollectSum : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table)
    {
        var sums = (object?[])matches[0].Outputs.Clone();
        foreach (var match in matches.Skip(1))
        {
            for (var i = 0; i < sums.Length; i++)
            {
                if (Addition.Add(sums[i], match.Outputs[i]) is not { } sum)
                {
                    return table.Fail($"The outputs cannot be summed: a {Describe.Kind(sums[i])} and a {Describe.Kind(match.Outputs[i])}.");
                }

                sums[i] = sum;
            }
        }

        return table.Value(sums);
    }
}
