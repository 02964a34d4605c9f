namespace Orchestrator.Workflows.Tests.Feel;

public sealed class StringConversionTests
{
    [Theory]
    [InlineData("string(1.10)", "1.1")]
    [InlineData("string(-0.0)", "0")]
    [InlineData("string(true)", "true")]
    [InlineData("string([1,\"a\",null])", "[1, \"a\", null]")]
    [InlineData("string({a: \"b\"})", "{a: \"b\"}")]
    [InlineData("string(duration(\"P1D\"))", "P1D")]
    [InlineData("string(date(\"2017-12-31\"))", "2017-12-31")]
    [InlineData("string(\"a\")", "a")]
    [InlineData("string(null)", "null")]
    [InlineData("string(1e10)", "10000000000")]
    [InlineData("string(1/3)", "0.3333333333333333333333333333333333")]
    public void A_value_has_one_canonical_text(string expression, string expected) => Feels.Gives(expression, expected);
}
