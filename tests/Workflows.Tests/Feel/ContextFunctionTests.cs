namespace Orchestrator.Workflows.Tests.Feel;

public sealed class ContextFunctionTests
{
    [Theory]
    [InlineData("get value({key1: \"value1\"}, \"key1\")", "value1")]
    [InlineData("get value({key1: \"value1\"}, \"unexistent-key\")", "null")]
    [InlineData("get value({key1: {key2: 3}}, [\"key1\",\"key2\"])", "3")]
    [InlineData("get entries({a: 1, b: 2})", "[{key: \"a\", value: 1}, {key: \"b\", value: 2}]")]
    [InlineData("context([{key:\"a\", value:1}])", "{a: 1}")]
    [InlineData("context([{key:\"a\", value:1},{key:\"a\", value:1}])", "null")]
    [InlineData("context({key:\"a\", value:1})", "{a: 1}")]
    [InlineData("context put({x: 1}, \"y\", 2)", "{x: 1, y: 2}")]
    [InlineData("context put({x: {y: 0}}, [\"x\",\"y\"], 2)", "{x: {y: 2}}")]
    [InlineData("context put({x: 1}, [\"x\",\"y\"], 2)", "null")]
    [InlineData("context merge([{x:1},{y:2}])", "{x: 1, y: 2}")]
    [InlineData("context merge({x:1})", "{x: 1}")]
    [InlineData("context()", "null")]
    [InlineData("{a: 1}.b", "null")]
    [InlineData("{a: 1}[\"a\"]", "null")]
    [InlineData("{\"foo bar\": 1}.foo bar", "1")]
    [InlineData("{foo bar: 1, b: foo bar + 1}", "{foo bar: 1, b: 2}")]
    [InlineData("{a: 1, a: 2}", "null")]
    [InlineData("{a: 1, \"a\": 2}", "null")]
    public void A_context_function_gives_its_value(string expression, string expected) => Feels.Gives(expression, expected);
}
