using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class EvaluationTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("1/3", "0.3333333333333333333333333333333333")]
    [InlineData("2 ** 0.5", "1.414213562373095048801688724209698")]
    [InlineData("exp(1)", "2.718281828459045235360287471352662")]
    [InlineData("log(10)", "2.302585092994045684017991454684364")]
    [InlineData("sqrt(2)", "1.414213562373095048801688724209698")]
    [InlineData("10 ** 40", "10000000000000000000000000000000000000000")]
    [InlineData("2 ** -2", "0.25")]
    [InlineData("0 * -1", "0")]
    [InlineData("{a: 1, b: a + 1}.b", "2")]
    [InlineData("for i in 1..3 return i * 2", "[2, 4, 6]")]
    [InlineData("for i in 0..4 return if i < 2 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]")]
    [InlineData("[{a: 1}, {a: 2}][a > 1]", "[{a: 2}]")]
    [InlineData("string length(\"abc\")", "3")]
    [InlineData("date and time(\"2020-01-01T10:00:00\") + duration(\"P1D\")", "2020-01-02T10:00:00")]
    [InlineData("{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(20)}.r", "2432902008176640000")]
    [InlineData("some x in [1,2] satisfies x > 1", "true")]
    [InlineData("5 in (1..5]", "true")]
    [InlineData("5 in ]1..5[", "false")]
    [InlineData("sort([3,1,2], function(x, y) x < y)", "[1, 2, 3]")]
    [InlineData("-2 ** 2", "4")]
    public void An_expression_gives_its_value(string text, string expected) =>
        Assert.Equal(expected, FeelFormat.ToText(FeelExpression.Compile(text).Evaluate(FeelScope.Empty).Value));
}
