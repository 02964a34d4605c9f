namespace Orchestrator.Workflows.Dmn.Tables;

/// <summary>U: at most one rule may match.</summary>
internal sealed class UniqueHit : HitPolicy
{
    public override object? Decide(IReadOnlyList<RuleMatch> matches, TableRun table) =>
        matches.Count == 1
            ? table.Value(matches[0].Outputs)
            : table.Fail($"The hit policy is UNIQUE but the rules {string.Join(", ", matches.Select(match => match.Rule))} match.");
}
