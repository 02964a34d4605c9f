namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class AnyHitTests
{
    [Fact]
    public void Equal_outputs_may_match_together() =>
        Assert.Equal("1", Tables.Of("ANY", null, "< 9 => 1", "> 5 => 1").Decide(("x", 7)).Text());

    [Fact]
    public void Different_outputs_give_null_and_name_the_rules()
    {
        var result = Tables.Of("ANY", null, "> 1 => 1", "> 5 => 2").Decide(("x", 7));

        Assert.Null(result.Value);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Cause.Contains("the rules 1, 2 give different outputs", StringComparison.Ordinal));
    }
}
