namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>R: all outputs in the order of the rules.</summary>
internal sealed class RuleOrderHit : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) => table.List(matches);
}
