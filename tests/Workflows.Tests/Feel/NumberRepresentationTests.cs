using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class NumberRepresentationTests
{
    [Theory]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1 / 3", "0.3333333333333333333333333333333333")]
    [InlineData("2 / 3", "0.6666666666666666666666666666666667")]
    [InlineData("79228162514264337593543950335 + 1", "79228162514264337593543950336")]
    [InlineData("0.0000000000000000000000000001 * 0.1", "0.00000000000000000000000000001")]
    [InlineData("1e-20 * 1e-20 * 1e40", "1")]
    [InlineData("1234567890123456789012345678901234 + 0", "1234567890123456789012345678901234")]
    [InlineData("12345678901234567890123456789012345 + 0", "12345678901234567890123456789012340")]
    [InlineData("1e6144", null)]
    [InlineData("1.000 = 1", "true")]
    [InlineData("1/3 = 2/6", "true")]
    [InlineData("1/3 < 0.34", "true")]
    [InlineData("0 * -1", "0")]
    [InlineData("decimal(1/3, 2)", "0.33")]
    public void Numbers_have_34_digits(string expression, string? expected)
    {
        var value = Feels.Evaluate(expression).Value;
        Assert.Equal(expected ?? "1" + new string('0', 6144), FeelFormat.ToText(value));
    }

    [Fact]
    public void Small_numbers_stay_decimals_and_wide_ones_round_to_one()
    {
        Assert.IsType<decimal>(Feels.Evaluate("1.5 * 2").Value);
        Assert.IsType<Decimal128>(Feels.Evaluate("1 / 3").Value);
        Assert.True(Feels.Evaluate("1 / 3").TryGetNumber(out var rounded));
        Assert.Equal(0.3333333333333333333333333333m, rounded);
        Assert.IsType<decimal>(Feels.Evaluate("(1 / 4) * 4").Value);
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1e300")]
    [InlineData(double.NaN, "null")]
    public void Doubles_come_in_by_their_shortest_text(double value, string same) =>
        Assert.True(Feels.Evaluate($"x = {same}", ("x", value)).IsTrue);
}
