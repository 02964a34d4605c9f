namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class CollectMaxHitTests
{
    [Fact]
    public void The_largest_output_is_the_result() =>
        Assert.Equal("3", Tables.Of("COLLECT MAX", null, "- => 2", "> 5 => 3", "> 9 => 5").Decide(("x", 7)).Text());
}
