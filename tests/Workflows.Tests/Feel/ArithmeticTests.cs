namespace Orchestrator.Workflows.Tests.Feel;

public sealed class ArithmeticTests
{
    [Theory]
    [InlineData("2 ** 3 ** 2", "64")]
    [InlineData("-3 ** 2", "9")]
    [InlineData("2 ** 0.5", "1.414213562373095048801688724209698")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5e-2", "0.015")]
    [InlineData(".5 + 1", "1.5")]
    [InlineData("10 ** 6145", "null")]
    [InlineData("1e6145", "null")]
    [InlineData("1 - -1", "2")]
    [InlineData("--1", "1")]
    [InlineData("5 - 3 - 1", "1")]
    [InlineData("0.1+0.2", "0.3")]
    [InlineData("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000")]
    [InlineData("123456789012345678901234567890 * 98765432109876543210", "12193263113702179522496570642237460000000000000000")]
    [InlineData("1 / 3 * 3", "0.9999999999999999999999999999999999")]
    [InlineData("1 < null", "null")]
    [InlineData("5 between 1 and 10", "true")]
    [InlineData("5 between null and 2", "null")]
    [InlineData("1 in [1,2,3]", "true")]
    [InlineData("1 in (1,2)", "true")]
    [InlineData("5 in [10..1]", "false")]
    public void Arithmetic_has_34_digits(string expression, string expected) => Feels.Gives(expression, expected);
}
