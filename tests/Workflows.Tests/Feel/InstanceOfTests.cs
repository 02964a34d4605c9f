namespace Orchestrator.Workflows.Tests.Feel;

public sealed class InstanceOfTests
{
    [Theory]
    [InlineData("[1..5] instance of range<number>", "true")]
    [InlineData("{a:1} instance of context<a: number>", "true")]
    [InlineData("[1,2] instance of list<number>", "true")]
    [InlineData("[1,\"a\"] instance of list<number>", "false")]
    [InlineData("(function(x) x) instance of function<Any> -> Any", "true")]
    [InlineData("null instance of Null", "true")]
    [InlineData("1 instance of Any", "true")]
    [InlineData("@\"P1D\" instance of days and time duration", "true")]
    [InlineData("now() instance of date and time", "true")]
    [InlineData("today() instance of date", "true")]
    public void A_value_is_an_instance_of_its_types(string expression, string expected) => Feels.Gives(expression, expected);
}
