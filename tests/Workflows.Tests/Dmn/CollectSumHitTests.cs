namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class CollectSumHitTests
{
    [Fact]
    public void The_outputs_are_summed() =>
        Assert.Equal("3", Tables.Of("COLLECT SUM", null, "- => 2", "> 5 => 1", "> 9 => 5").Decide(("x", 7)).Text());

    [Fact]
    public void Outputs_that_cannot_be_added_give_null() =>
        Assert.Null(Tables.Of("COLLECT SUM", null, "- => 1", "- => \"a\"").Decide(("x", 7)).Value);
}
