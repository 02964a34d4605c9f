using Orchestrator.Host.Monitoring;

namespace Orchestrator.Host.Tests.Monitoring;

public sealed class GuardrailFigureTests
{
    private static readonly Dictionary<string, object?> Scope = new() { ["delivered"] = 4_312L, ["opt_outs"] = 9L, ["new_loans"] = 39L, ["grade_c_loans"] = 12L, ["cost"] = 1_240m, ["complaints"] = 3L, ["nothing"] = 0L };

    [Theory]
    [InlineData("delivered >= 500 and opt_outs / delivered > 0.005", "0.0021", "0.005", true)]
    [InlineData("new_loans >= 20 and grade_c_loans / new_loans > 0.45", "0.3077", "0.45", true)]   // a quotient without end
    [InlineData("cost > 18600", "1240.0000", "18600", false)]
    [InlineData("complaints >= 3 and complaints / nothing > 0.01", null, "0.01", true)]
    public void The_figure_is_read_against_its_limit(string condition, string? value, string limit, bool isShare)
    {
        var figure = GuardrailFigure.Of(condition)!;

        Assert.Equal((value, limit, isShare), (figure.Read(Scope)?.ToString("0.0000", null), figure.Limit.ToString(System.Globalization.CultureInfo.InvariantCulture), figure.IsShare));
    }

    [Theory]
    [InlineData("complaints = 3")]
    [InlineData("if delivered > 5 then true else false")]
    public void A_condition_of_another_form_has_no_figure(string condition) => Assert.Null(GuardrailFigure.Of(condition));

    [Theory]
    [InlineData("0.0039", false)]
    [InlineData("0.0040", true)]
    public void Four_fifths_of_the_limit_are_near(string value, bool isNear) =>
        Assert.Equal(isNear, new GuardrailView("key", "name", "condition", false, null, decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), 0.005m, true).IsNear);
}
