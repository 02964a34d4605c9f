namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>C#: how many rules match.</summary>
internal sealed class CollectCount : HitPolicy
{
    public override object? Empty => 0m;

    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) => (decimal)matches.Count;
}
