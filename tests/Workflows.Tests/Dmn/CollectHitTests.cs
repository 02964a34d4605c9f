namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class CollectHitTests
{
    [Fact]
    public void All_outputs_are_collected() =>
        Assert.Equal("[2, 1]", Tables.Of("COLLECT", null, "- => 2", "> 9 => 9", "> 5 => 1").Decide(("x", 7)).Text());

    [Fact]
    public void No_match_gives_an_empty_list() => Assert.Equal("[]", Tables.Of("COLLECT", null, "> 9 => 1").Decide(("x", 7)).Text());
}
