namespace Orchestrator.Workflows.Tests.Feel;

public sealed class FunctionValueTests
{
    [Theory]
    [InlineData("{a: function(x) x + 1}.a(2)", "3")]
    [InlineData("(function(x, y) x + y)(1, 2)", "3")]
    [InlineData("(function(x: number) x)(\"a\")", "null")]
    [InlineData("(function(x: number) x)([1])", "1")]
    [InlineData("(function(x: list<number>) x)(1)", "[1]")]
    [InlineData("{f: function(a, b) a - b, r: f(b: 1, a: 3)}.r", "2")]
    [InlineData("(function(x: number) x)([[1]])", "null")]
    [InlineData("(function(x: list<number>) x)(\"a\")", "null")]
    public void A_function_is_a_value(string expression, string expected) => Feels.Gives(expression, expected);
}
