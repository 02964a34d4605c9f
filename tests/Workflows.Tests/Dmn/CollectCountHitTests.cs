namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class CollectCountHitTests
{
    [Fact]
    public void The_matches_are_counted() =>
        Assert.Equal("2", Tables.Of("COLLECT COUNT", null, "- => 2", "> 5 => 2", "> 9 => 5").Decide(("x", 7)).Text());

    [Fact]
    public void No_match_counts_zero() => Assert.Equal("0", Tables.Of("COLLECT COUNT", null, "> 9 => 1").Decide(("x", 7)).Text());
}
