using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class LimitsTests
{
    [Theory]
    [InlineData("count(for i in 1..1000000000 return i)")]
    [InlineData("some x in 1..1000000000 satisfies x < 0")]
    [InlineData("{f: function(n) f(n + 1), r: f(1)}.r")]
    [InlineData("(for i in 1..40 return if i = 1 then \"aaaaaaaaaa\" else partial[-1] + partial[-1])[-1]")]
    [InlineData("(for i in 1..60 return if i = 1 then [1,1] else [partial[-1], partial[-1]])[-1] = (for i in 1..60 return if i = 1 then [1,1] else [partial[-1], partial[-1]])[-1]")]
    [InlineData("flatten(for i in 1..3000 return [partial])")]
    public void What_would_never_end_gives_null_and_says_why(string expression)
    {
        var result = Feels.Evaluate(expression);

        Assert.Null(result.Value);
        Assert.NotEmpty(result.Diagnostics);
    }

    [Fact]
    public void A_pattern_that_explodes_in_other_engines_is_matched_in_linear_time() =>
        Feels.Gives("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a+)+$\")", "false");

    [Fact]
    public void Values_nested_a_hundred_thousand_deep_do_not_overflow_the_stack() =>
        Feels.Gives("string length(string((for i in 1..100000 return if i = 1 then [1] else [partial[-1]])[-1]))", "131");

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("-", "")]
    [InlineData("not(", ")")]
    [InlineData("if true then ", " else 1")]
    [InlineData("{a: ", "}")]
    [InlineData("function(x) ", "")]
    public void Deep_nesting_is_refused(string open, string close) =>
        Assert.Throws<FeelSyntaxException>(() => FeelExpression.Compile(
            string.Concat(Enumerable.Repeat(open, 20_000 / open.Length)) + "1" + string.Concat(Enumerable.Repeat(close, 20_000 / open.Length))));

    [Fact]
    public void A_chain_of_operators_is_refused_before_it_gets_too_deep() =>
        Assert.Throws<FeelSyntaxException>(() => FeelExpression.Compile("1" + string.Concat(Enumerable.Repeat("+1", 10_000))));

    [Fact]
    public void A_long_list_of_conditions_is_fine() =>
        Feels.Gives("true" + string.Concat(Enumerable.Repeat(" and true", 5_000)), "true");

    [Fact]
    public void The_clock_is_the_callers()
    {
        var expression = FeelExpression.Compile("now()");

        Assert.Null(expression.Evaluate(FeelScope.Empty).Value);
        var at = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(8));
        Assert.Equal("2026-11-21T09:00:00+08:00", FeelFormat.ToText(expression.Evaluate(FeelScope.Empty, new FeelLimits { Now = at }).Value));
    }
}
