namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class UniqueHitTests
{
    [Fact]
    public void A_single_match_is_the_result() =>
        Assert.Equal("2", Tables.Of("UNIQUE", null, "< 5 => 1", ">= 5 => 2").Decide(("x", 7)).Text());

    [Fact]
    public void Two_matches_give_null_and_name_the_rules()
    {
        var result = Tables.Of("UNIQUE", null, "> 1 => 1", "> 5 => 2").Decide(("x", 7));

        Assert.Null(result.Value);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Cause.Contains("the rules 1, 2 match", StringComparison.Ordinal));
    }

    [Fact]
    public void No_match_gives_null_and_says_so() =>
        Assert.Contains("No rule matches", Tables.Of("UNIQUE", null, "> 9 => 1").Decide(("x", 7)).Diagnostics[0].Cause, StringComparison.Ordinal);
}
