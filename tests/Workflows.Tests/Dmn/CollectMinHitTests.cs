namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class CollectMinHitTests
{
    [Fact]
    public void The_smallest_output_is_the_result() =>
        Assert.Equal("1", Tables.Of("COLLECT MIN", null, "- => 2", "> 5 => 1", "> 9 => 0").Decide(("x", 7)).Text());
}
