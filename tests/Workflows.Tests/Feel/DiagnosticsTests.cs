using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class DiagnosticsTests
{
    [Fact]
    public void A_diagnostic_names_the_expression_the_position_and_the_cause()
    {
        var result = Feels.Evaluate("1 + \"a\"");

        Assert.Null(result.Value);
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal(("1 + \"a\"", 2, "number + string is not defined."), (diagnostic.Expression, diagnostic.Position, diagnostic.Cause));
    }

    [Theory]
    [InlineData("missing > 1", "There is no variable 'missing'.")]
    [InlineData("1 / 0", "Division by zero.")]
    [InlineData("{a: 1}.b", "The context has no entry 'b'.")]
    [InlineData("substring(1, 2)", "substring(): 'string' must be a string, not a number.")]
    [InlineData("substring(\"abc\")", "substring(): takes 2 to 3 arguments, not 1.")]
    [InlineData("date(\"2026-02-30\")", "date(): '2026-02-30' is no date.")]
    [InlineData("unknown(1)", "There is no function 'unknown'.")]
    [InlineData("substrng(\"abc\", 1)", "There is no function 'substrng'. Did you mean 'substring'?")]
    [InlineData("{score: 1}.scroe", "The context has no entry 'scroe'. Did you mean 'score'?")]
    [InlineData("@\"10:00:00Z\" < @\"11:00:00\"", "'<' cannot compare a time with a time where only one has a time zone.")]
    [InlineData("@\"soon\"", "'soon' is no date, time or duration.")]
    public void The_cause_says_what_to_mend(string expression, string cause) =>
        Assert.Contains(Feels.Evaluate(expression).Diagnostics, diagnostic => diagnostic.Cause.StartsWith(cause, StringComparison.Ordinal) || diagnostic.Cause == cause);

    [Fact]
    public void An_evaluation_without_failure_has_no_diagnostics() => Assert.Empty(Feels.Evaluate("1 + 1").Diagnostics);

    [Fact]
    public void Only_true_is_true()
    {
        Assert.True(Feels.Evaluate("1 < 2").IsTrue);
        Assert.False(Feels.Evaluate("null").IsTrue);
        Assert.False(Feels.Evaluate("\"true\"").IsTrue);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("1 +", 3)]
    [InlineData("a b", 2)]
    [InlineData("if true then 1", 14)]
    [InlineData("[1, 2", 5)]
    [InlineData("{a 1}", 4)]
    [InlineData("[1, 2,]", 6)]
    [InlineData("{a: 1,}", 6)]
    [InlineData("\"open", 0)]
    [InlineData("1 # 2", 2)]
    [InlineData("for x in [1] x", 13)]
    public void A_text_that_is_no_FEEL_is_refused_with_the_place(string text, int position) =>
        Assert.Equal(position, Assert.Throws<FeelSyntaxException>(() => FeelExpression.Compile(text)).Position);

    [Fact]
    public void TryCompile_gives_the_reason()
    {
        Assert.False(FeelExpression.TryCompile("1 +", out var expression, out var error));
        Assert.Null(expression);
        Assert.Equal("The expression ends where an expression is expected.", error!.Message);
    }
}
