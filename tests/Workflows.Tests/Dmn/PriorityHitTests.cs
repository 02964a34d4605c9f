namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class PriorityHitTests
{
    [Fact]
    public void The_output_listed_first_wins() =>
        Assert.Equal("3", Tables.Of("PRIORITY", "3, 2, 1", "< 9 => 1", "> 5 => 3", "- => 2").Decide(("x", 7)).Text());
}
