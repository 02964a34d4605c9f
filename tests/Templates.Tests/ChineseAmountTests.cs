using System.Globalization;
using Orchestrator.Templates.Formatting;

namespace Orchestrator.Templates.Tests;

public sealed class ChineseAmountTests
{
    [Theory]
    [InlineData("0", "零元整")]
    [InlineData("0.05", "伍分")]
    [InlineData("0.50", "伍角整")]
    [InlineData("1", "壹元整")]
    [InlineData("10", "壹拾元整")]
    [InlineData("105", "壹佰零伍元整")]
    [InlineData("1005.03", "壹仟零伍元零叁分")]
    [InlineData("1680.32", "壹仟陆佰捌拾元叁角贰分")]
    [InlineData("10000", "壹万元整")]
    [InlineData("10001", "壹万零壹元整")]
    [InlineData("107000.53", "壹拾万柒仟元伍角叁分")]
    [InlineData("100100", "壹拾万零壹佰元整")]
    [InlineData("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分")]
    [InlineData("100000000", "壹亿元整")]
    [InlineData("100000001", "壹亿零壹元整")]
    [InlineData("1000050000", "壹拾亿零伍万元整")]
    [InlineData("-3.1", "负叁元壹角整")]
    [InlineData("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分")]
    public void Amounts_are_written_in_capitals(string amount, string expected) =>
        Assert.Equal(expected, ChineseAmount.Write(decimal.Parse(amount, CultureInfo.InvariantCulture)));

    [Fact]
    public void An_amount_too_large_is_refused() =>
        Assert.Throws<TemplateException>(() => ChineseAmount.Write(1_000_000_000_000m));
}
