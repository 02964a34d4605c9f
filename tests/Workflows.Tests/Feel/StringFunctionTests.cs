namespace Orchestrator.Workflows.Tests.Feel;

public sealed class StringFunctionTests
{
    [Theory]
    [InlineData("substring(\"foobar\", 0)", "null")]
    [InlineData("substring(\"foobar\", 7)", "null")]
    [InlineData("substring(\"foobar\", 3, 0)", "null")]
    [InlineData("substring(\"foobar\", 3, 100)", "obar")]
    [InlineData("substring(\"\", 1)", "null")]
    [InlineData("contains(\"foobar\", \"ob\")", "true")]
    [InlineData("contains(\"foobar\", null)", "null")]
    [InlineData("contains(\"foobar\", \"\")", "true")]
    [InlineData("substring after(\"foobar\", \"\")", "foobar")]
    [InlineData("substring before(\"foobar\", \"\")", "")]
    [InlineData("substring before(\"foobar\", \"xyz\")", "")]
    [InlineData("substring after(\"\", \"a\")", "")]
    [InlineData("split(\"John Doe\", \"\\\\s\")", "[\"John\", \"Doe\"]")]
    [InlineData("split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]")]
    [InlineData("split(\"a;b;c;;\", null)", "null")]
    [InlineData("split(\"\", \";\")", "[\"\"]")]
    [InlineData("split(string: \"a b\", delimiter: \" \")", "[\"a\", \"b\"]")]
    [InlineData("string length(\"\\U01F40Eab\")", "3")]
    [InlineData("lower case(\"aBc4\")", "abc4")]
    [InlineData("upper case(null)", "null")]
    [InlineData("starts with(string: \"foo\", match: \"f\")", "true")]
    [InlineData("\"a\" + null", "null")]
    [InlineData("\"a\" + 1", "null")]
    public void A_string_function_gives_its_value(string expression, string expected) => Feels.Gives(expression, expected);
}
