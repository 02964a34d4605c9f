namespace Orchestrator.Workflows.Tests.Feel;

public sealed class AggregateFunctionTests
{
    [Theory]
    [InlineData("stddev(2,4,7,5)", "2.081665999466132735282297706979931")]
    [InlineData("stddev([47])", "null")]
    [InlineData("median(8,2,5,3,4)", "4")]
    [InlineData("median([6,1,2,3])", "2.5")]
    [InlineData("median([])", "null")]
    [InlineData("mode(6,3,9,6,6)", "[6]")]
    [InlineData("mode([])", "[]")]
    [InlineData("mode([1,2,null])", "null")]
    [InlineData("product(2,3,4)", "24")]
    [InlineData("product([])", "null")]
    [InlineData("sum([])", "null")]
    [InlineData("sum(null)", "null")]
    [InlineData("mean([])", "null")]
    [InlineData("min([])", "null")]
    [InlineData("min(1,\"a\")", "null")]
    [InlineData("max(\"a\",\"b\")", "b")]
    [InlineData("count([])", "0")]
    [InlineData("count(null)", "null")]
    [InlineData("count(1,2,3)", "3")]
    public void An_aggregate_gives_its_value(string expression, string expected) => Feels.Gives(expression, expected);
}
