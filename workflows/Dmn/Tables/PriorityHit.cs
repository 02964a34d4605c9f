namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>P: the match whose output has the highest priority, as listed in the output values.</summary>
internal sealed class PriorityHit : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) =>
        table.Value(table.ByPriority(matches).First().Outputs);
}
