namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class FirstHitTests
{
    [Fact]
    public void The_first_match_wins() =>
        Assert.Equal("2", Tables.Of("FIRST", null, "> 9 => 1", "> 5 => 2", "- => 3").Decide(("x", 7)).Text());

    [Fact]
    public void Later_rules_are_not_evidence() =>
        Assert.Equal(2, Assert.Single(Tables.Of("FIRST", null, "> 9 => 1", "> 5 => 2", "- => 3").Decide(("x", 7)).MatchedRules).Rule);
}
