namespace Orchestrator.Workflows.Tests.Feel;

public sealed class FilterTests
{
    [Theory]
    [InlineData("[1,2,3][2]", "2")]
    [InlineData("[1,2,3][-1]", "3")]
    [InlineData("[1,2,3][0]", "null")]
    [InlineData("[1,2,3][4]", "null")]
    [InlineData("[1,2,3][true]", "[1, 2, 3]")]
    [InlineData("[1,2,3][item > 1]", "[2, 3]")]
    [InlineData("[{x:1,y:2},{x:2,y:3}][x=1]", "[{x: 1, y: 2}]")]
    [InlineData("[{x:1,y:2},{x:null,y:3}][x>=1]", "[{x: 1, y: 2}]")]
    [InlineData("[{x:1},{x:2}].x", "[1, 2]")]
    [InlineData("[{x:1},{y:2}].x", "[1, null]")]
    [InlineData("[{item:1},{item:2}][item >= 2]", "[{item: 2}]")]
    [InlineData("null[1]", "null")]
    [InlineData("null[true]", "null")]
    [InlineData("[][1]", "null")]
    [InlineData("[][true]", "[]")]
    [InlineData("5[1]", "5")]
    [InlineData("[1,2,3][\"a\"]", "null")]
    public void A_filter_keeps_what_matches(string expression, string expected) => Feels.Gives(expression, expected);
}
