namespace Orchestrator.Workflows.Tests.Feel;

public sealed class LoopTests
{
    [Theory]
    [InlineData("for i in [1,2], j in [3,4] return i*j", "[3, 4, 6, 8]")]
    [InlineData("for i in 3..1 return i", "[3, 2, 1]")]
    [InlineData("for i in [1..3] return i", "[1, 2, 3]")]
    [InlineData("for i in 1..2, j in 1..i return [i,j]", "[[1, 1], [2, 1], [2, 2]]")]
    [InlineData("for x in null return x", "null")]
    [InlineData("for x in 5 return x", "[5]")]
    [InlineData("for i in @\"2020-01-01\"..@\"2020-01-03\" return i", "[2020-01-01, 2020-01-02, 2020-01-03]")]
    [InlineData("for i in [@\"2020-01-01\"..@\"2020-01-03\") return i", "[2020-01-01, 2020-01-02]")]
    [InlineData("for i in 1..2+1 return i", "[1, 2, 3]")]
    [InlineData("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]")]
    [InlineData("some i in [1,2], j in [2,3] satisfies i = j", "true")]
    [InlineData("every x in [] satisfies x > 1", "true")]
    [InlineData("some x in [] satisfies x > 1", "false")]
    [InlineData("every x in null satisfies x > 1", "null")]
    [InlineData("every x in [1,null] satisfies x > 0", "null")]
    [InlineData("some x in [1,null] satisfies x > 0", "true")]
    [InlineData("some x in [1,\"a\"] satisfies x > 5", "null")]
    public void A_loop_visits_every_item(string expression, string expected) => Feels.Gives(expression, expected);
}
