using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>C: all outputs; the order says nothing (it is that of the rules).</summary>
internal sealed class CollectHit : HitPolicy
{
    public override object? Empty => FeelList.Empty;

    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) => table.List(matches);
}
