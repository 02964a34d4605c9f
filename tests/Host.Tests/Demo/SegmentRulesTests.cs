using System.Globalization;
using System.Text.Json;
using Orchestrator.Host.Demo;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Tests.Demo;

public sealed class SegmentRulesTests
{
    private static readonly IReadOnlyList<DemoCustomer> Customers = DemoCustomers.Generate(new(2026, 11, 21));

    private static int Count(string rule)
    {
        var expression = FeelExpression.Compile(rule);
        var declared = ShippedAttributes.Types().Keys;
        Assert.All(expression.Names, name => Assert.Contains(name, declared));
        return Customers.Count(customer =>
        {
            var values = declared.ToDictionary(name => name, object? (name) => customer.Attributes().GetValueOrDefault(name));
            return expression.Evaluate(FeelScope.From(values)).Value is true;
        });
    }

    [Theory]
    [InlineData("dormant-returning")]
    [InlineData("new-first-loan")]
    [InlineData("high-limit-low-use")]
    [InlineData("repayment-due")]
    [InlineData("active-growth")]
    [InlineData("churn-risk")]
    public void Each_ready_made_segment_finds_customers_and_not_everybody(string id)
    {
        using var segment = JsonDocument.Parse(ShippedAttributes.Resource($"Segments/{id}.json"));
        var rule = segment.RootElement.GetProperty("rule").GetString()!;
        foreach (var parameter in segment.RootElement.GetProperty("parameters").EnumerateArray())
        {
            var value = parameter.GetProperty("default").GetDecimal();
            Assert.InRange(value, parameter.GetProperty("min").GetDecimal(), parameter.GetProperty("max").GetDecimal());
            rule = rule.Replace("$" + parameter.GetProperty("key").GetString(), value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        Assert.DoesNotContain('$', rule);
        var count = Count(rule);
        Assert.InRange(count, 100, 6_000);
        if (id == "dormant-returning")
            Assert.Equal(DemoCampaign.Matched, count);
    }

    [Fact]
    public void The_demo_campaigns_rule_and_its_code_agree() => Assert.Equal(DemoCampaign.Matched, Count(DemoCampaign.Rule));

    [Fact]
    public void Nobody_who_matches_is_excluded_at_first()
    {
        var exclusion = FeelExpression.Compile(DemoCampaign.Exclusion);
        Assert.All(Customers.Where(DemoCampaign.Matches), customer =>
            Assert.Equal(false, exclusion.Evaluate(FeelScope.From(customer.Attributes().Append(new("converted", false)).ToDictionary(pair => pair.Key, object? (pair) => pair.Value))).Value));
    }
}
