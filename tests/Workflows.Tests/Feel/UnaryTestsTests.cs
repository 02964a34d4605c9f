using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class UnaryTestsTests
{
    [Theory]
    [InlineData("-", 5, true)]
    [InlineData("5", 5, true)]
    [InlineData("< 5", 5, false)]
    [InlineData("<= 5", 5, true)]
    [InlineData("[1..5)", 5, false)]
    [InlineData("]1..5]", 5, true)]
    [InlineData("1, 3, 5", 5, true)]
    [InlineData("not(1, 3)", 5, true)]
    [InlineData("not(5)", 5, false)]
    [InlineData("[1, 5, 7]", 5, true)]
    [InlineData("? > 3 and ? < 9", 5, true)]
    [InlineData("even(?)", 5, false)]
    [InlineData("other * 5", 5, true)]
    [InlineData("< other, > other * 4", 5, true)]
    [InlineData("null", 5, false)]
    [InlineData("= 5", 5, true)]
    [InlineData("!= 5", 5, false)]
    public void A_cell_tests_its_input(string tests, int input, bool expected) =>
        Assert.Equal(expected, FeelExpression.CompileUnaryTests(tests).Evaluate(Scope(input)).IsTrue);

    [Fact]
    public void Null_passes_only_where_null_is_tested()
    {
        Assert.True(FeelExpression.CompileUnaryTests("null").Evaluate(Scope(null)).IsTrue);
        Assert.True(FeelExpression.CompileUnaryTests("-").Evaluate(Scope(null)).IsTrue);
        Assert.False(FeelExpression.CompileUnaryTests("< 5").Evaluate(Scope(null)).IsTrue);
        Assert.False(FeelExpression.CompileUnaryTests("not(null)").Evaluate(Scope(null)).IsTrue);
        Assert.False(FeelExpression.CompileUnaryTests("not(< 5)").Evaluate(Scope(null)).IsTrue);
    }

    [Fact]
    public void Booleans_are_compared_not_taken_as_the_outcome()
    {
        Assert.True(FeelExpression.CompileUnaryTests("false").Evaluate(Scope(false)).IsTrue);
        Assert.False(FeelExpression.CompileUnaryTests("true").Evaluate(Scope(false)).IsTrue);
    }

    private static IFeelScope Scope(object? input) => FeelScope.From(new Dictionary<string, object?> { ["?"] = input, ["other"] = 1 });
}
