namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class OutputOrderHitTests
{
    [Fact]
    public void All_outputs_come_in_the_order_of_the_output_values() =>
        Assert.Equal("[3, 2, 1]", Tables.Of("OUTPUT ORDER", "3, 2, 1", "- => 1", "- => 3", "- => 2").Decide(("x", 7)).Text());
}
