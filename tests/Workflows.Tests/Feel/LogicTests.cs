namespace Orchestrator.Workflows.Tests.Feel;

public sealed class LogicTests
{
    [Theory]
    [InlineData("if \"a\" then 1 else 2", "null")]
    [InlineData("true and null", "null")]
    [InlineData("false and null", "false")]
    [InlineData("true or null", "true")]
    [InlineData("null and null", "null")]
    [InlineData("\"a\" and true", "null")]
    [InlineData("not(\"a\")", "null")]
    [InlineData("not(null)", "null")]
    [InlineData("null between 1 and 2", "null")]
    public void Logic_has_three_values(string expression, string expected) => Feels.Gives(expression, expected);
}
