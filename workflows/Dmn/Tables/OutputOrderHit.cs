namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>O: all outputs in falling priority, as listed in the output values.</summary>
internal sealed class OutputOrderHit : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) => table.List(table.ByPriority(matches));
}
