namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>F: the first rule that matches.</summary>
internal sealed class FirstHit : HitPolicy
{
    public override bool StopsAtFirst => true;

    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) => table.Value(matches[0].Outputs);
}
