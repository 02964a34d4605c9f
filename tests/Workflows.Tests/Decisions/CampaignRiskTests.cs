using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Tests.Sops;

namespace Orchestrator.Workflows.Tests.Decisions;

public sealed class CampaignRiskTests
{
    private static readonly DmnModel Model = DmnReader.Read(SopWalk.Resource("Decisions/campaign-risk.dmn"));

    private static Dictionary<string, object?> Facts(params (string Name, object? Value)[] changed)
    {
        var facts = new Dictionary<string, object?>
        {
            ["worst_case_cost"] = 1_000m, ["audience"] = 1_000m, ["reward_cap"] = 10m, ["mechanic"] = "coupon", ["new_mechanic"] = false, ["has_partner"] = false,
        };
        foreach (var (name, value) in changed)
            facts[name] = value;
        return facts;
    }

    private static (int Rule, string Level, string Signers) Assess(params (string Name, object? Value)[] changed)
    {
        var result = Model.Evaluate("campaign-risk", FeelScope.From(Facts(changed)));
        Assert.Empty(result.Diagnostics);
        var rule = Assert.Single(result.MatchedRules);
        Assert.Equal(["en", "zh"], rule.Annotations.Keys.Order(StringComparer.Ordinal));
        var value = Assert.IsType<FeelContext>(result.Value);
        return (rule.Rule, (string)value["level"]!, string.Join(' ', (IReadOnlyList<object?>)value["signers"]!));
    }

    private const string Always = "risk compliance consumer-protection";
    private const string Medium = Always + " finance";
    private const string High = Medium + " executive";

    [Theory]
    [InlineData("worst_case_cost", 2_000_001, 1, "HIGH", High)]
    [InlineData("worst_case_cost", 2_000_000, 5, "MEDIUM", Medium)]
    [InlineData("worst_case_cost", 200_001, 5, "MEDIUM", Medium)]
    [InlineData("worst_case_cost", 200_000, 9, "LOW", Always)]
    [InlineData("audience", 500_001, 2, "HIGH", High)]
    [InlineData("audience", 500_000, 6, "MEDIUM", Medium)]
    [InlineData("audience", 50_001, 6, "MEDIUM", Medium)]
    [InlineData("audience", 50_000, 9, "LOW", Always)]
    [InlineData("reward_cap", 501, 3, "HIGH", High)]
    [InlineData("reward_cap", 500, 7, "MEDIUM", Medium)]
    [InlineData("reward_cap", 51, 7, "MEDIUM", Medium)]
    [InlineData("reward_cap", 50, 9, "LOW", Always)]
    public void Thresholds_are_exact(string fact, int value, int rule, string level, string signers) =>
        Assert.Equal((rule, level, signers), Assess((fact, (decimal)value)));

    [Theory]
    [InlineData("draw", 4)]
    [InlineData("referral", 4)]
    [InlineData("team", 4)]
    [InlineData("limit-increase", 4)]
    [InlineData("coupon", 9)]
    [InlineData("points", 9)]
    [InlineData("none", 9)]
    public void Some_mechanics_are_high(string mechanic, int rule) => Assert.Equal(rule, Assess(("mechanic", mechanic)).Rule);

    [Theory]
    [InlineData("new_mechanic")]
    [InlineData("has_partner")]
    public void A_new_mechanic_or_a_partner_is_medium(string fact) => Assert.Equal((8, "MEDIUM", Medium), Assess((fact, true)));

    [Fact]
    public void The_first_row_that_holds_wins() =>
        Assert.Equal(1, Assess(("worst_case_cost", 3_000_000m), ("audience", 600_000m), ("mechanic", "draw"), ("reward_cap", 600m)).Rule);

    [Fact]
    public void The_demo_campaign_is_medium_by_its_reward_cap() =>
        Assert.Equal((7, "MEDIUM", Medium), Assess(("worst_case_cost", 18_000m), ("audience", 2_680m), ("reward_cap", 60m)));

    [Fact]
    public void What_is_unknown_is_high()
    {
        Assert.Equal((1, "HIGH", High), Assess(("worst_case_cost", null)));
        Assert.Equal((2, "HIGH", High), Assess(("audience", null)));
    }

    [Fact]
    public void Without_an_incentive_the_worst_case_is_nothing() =>
        Assert.Equal((9, "LOW", Always), Assess(("worst_case_cost", null), ("reward_cap", null), ("mechanic", "none")));
}
