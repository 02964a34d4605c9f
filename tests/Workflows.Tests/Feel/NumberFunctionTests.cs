namespace Orchestrator.Workflows.Tests.Feel;

public sealed class NumberFunctionTests
{
    [Theory]
    [InlineData("log(0)", "null")]
    [InlineData("log(4)", "1.386294361119890618834464242916353")]
    [InlineData("sqrt(16)", "4")]
    [InlineData("sqrt(-3)", "null")]
    [InlineData("odd(5.5)", "false")]
    [InlineData("odd(0)", "false")]
    [InlineData("even(-2)", "true")]
    [InlineData("abs(-1)", "1")]
    [InlineData("decimal(1.5,0)", "2")]
    [InlineData("decimal(2.5,0)", "2")]
    [InlineData("decimal(1/3,2)", "0.33")]
    [InlineData("decimal(0.1234, 99999999)", "null")]
    [InlineData("decimal(1.115, 2)", "1.12")]
    [InlineData("ceiling(-1.56, 1)", "-1.5")]
    [InlineData("ceiling(1.5)", "2")]
    [InlineData("floor(1.5, 0.5)", "1")]
    [InlineData("modulo(10.1, -4.5)", "-3.4")]
    [InlineData("modulo(-12,5)", "3")]
    [InlineData("modulo(1,0)", "null")]
    [InlineData("exp(1)", "2.718281828459045235360287471352662")]
    public void A_number_function_gives_its_value(string expression, string expected) => Feels.Gives(expression, expected);
}
