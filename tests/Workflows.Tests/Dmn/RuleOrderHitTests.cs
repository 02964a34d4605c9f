namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class RuleOrderHitTests
{
    [Fact]
    public void All_outputs_come_in_rule_order() =>
        Assert.Equal("[3, 1]", Tables.Of("RULE ORDER", null, "- => 3", "> 9 => 9", "> 5 => 1").Decide(("x", 7)).Text());
}
