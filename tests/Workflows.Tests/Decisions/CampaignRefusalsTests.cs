using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Tests.Sops;

namespace Orchestrator.Workflows.Tests.Decisions;

public sealed class CampaignRefusalsTests
{
    private static readonly DmnModel Model = DmnReader.Read(SopWalk.Resource("Decisions/campaign-refusals.dmn"));
    private static readonly string[] Nothing = [];
    private static readonly string[] Two = ["一", "二"];

    private static Dictionary<string, object?> DemoCampaign() => new()
    {
        ["purpose"] = "marketing", ["is_loan"] = true, ["shows_annual_rate"] = true, ["max_rate"] = 19.8m, ["rate_cap"] = 20m, ["prize_cap"] = 50_000m, ["age_floor"] = 18m, ["daily_rate_without_annual"] = false,
        ["excludes_students"] = true, ["min_age"] = 22m, ["excludes_overdue"] = true, ["excludes_complaints"] = true, ["mechanic"] = "coupon", ["top_prize"] = null,
        ["reward_cap"] = 60m, ["worst_case_cost"] = 18_000m, ["budget"] = 18_600m, ["uses_oa_template"] = false,
        ["provider_forbids"] = Nothing, ["unregistered"] = Nothing, ["lint_errors"] = Nothing,
    };

    private static IReadOnlyList<FeelContext> Refusals(params (string Name, object? Value)[] changed)
    {
        var facts = DemoCampaign();
        foreach (var (name, value) in changed)
            facts[name] = value;
        var result = Model.Evaluate("campaign-refusals", FeelScope.From(facts));
        return [.. Assert.IsAssignableFrom<IReadOnlyList<object?>>(result.Value).Cast<FeelContext>()];
    }

    private static string[] Codes(params (string Name, object? Value)[] changed) =>
        [.. Refusals(changed).Select(refusal => (string)refusal["code"]!)];

    [Fact]
    public void The_demo_campaign_may_be_submitted() => Assert.Empty(Codes());

    [Theory]
    [InlineData("shows_annual_rate", false, "annual-rate-missing")]
    [InlineData("daily_rate_without_annual", true, "period-rate-alone")]
    [InlineData("excludes_students", false, "students-not-excluded")]
    [InlineData("excludes_overdue", false, "overdue-not-excluded")]
    [InlineData("excludes_complaints", false, "complaints-not-excluded")]
    [InlineData("uses_oa_template", true, "marketing-on-oa-template")]
    public void Each_condition_refuses_alone(string fact, bool value, string code) => Assert.Equal([code], Codes((fact, value)));

    [Theory]
    [InlineData("max_rate", 20, null)]
    [InlineData("max_rate", 20.01, "rate-above-cap")]
    [InlineData("min_age", 18, null)]
    [InlineData("min_age", 17, "minors-not-excluded")]
    [InlineData("worst_case_cost", 18_600, null)]
    [InlineData("worst_case_cost", 18_600.01, "cost-above-budget")]
    public void Limits_are_exact(string fact, double value, string? code) =>
        Assert.Equal(code is null ? [] : [code], Codes((fact, (decimal)value)));

    [Theory]
    [InlineData(50_000, null)]
    [InlineData(50_001, "prize-above-cap")]
    public void The_top_prize_of_a_draw_is_capped(int prize, string? code)
    {
        Assert.Equal(code is null ? [] : [code], Codes(("mechanic", "draw"), ("top_prize", (decimal)prize)));
        Assert.Empty(Codes(("top_prize", (decimal)prize)));
    }

    [Theory]
    [InlineData("provider_forbids", "provider-forbids-finance")]
    [InlineData("unregistered", "not-registered")]
    [InlineData("lint_errors", "text-findings")]
    public void What_was_found_is_told(string fact, string code)
    {
        var refusal = Assert.Single(Refusals((fact, Two)));
        Assert.Equal(code, refusal["code"]);
        Assert.Contains("一;二", (string)refusal["zh"]!, StringComparison.Ordinal);
        Assert.Contains("一; 二", (string)refusal["en"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_in_both_languages_are_told_in_each()
    {
        var found = FeelContext.Empty.With("zh", "预热/短信:禁用语").With("en", "warm-up/sms: banned word");
        var refusal = Assert.Single(Refusals(("lint_errors", new List<object?> { found, found })));
        Assert.Equal("文案检查未通过:预热/短信:禁用语;预热/短信:禁用语", refusal["zh"]);
        Assert.Equal("Texts do not pass: warm-up/sms: banned word; warm-up/sms: banned word", refusal["en"]);
    }

    [Fact]
    public void A_reminder_needs_no_marketing_conditions() =>
        Assert.Empty(Codes(("purpose", "servicing"), ("shows_annual_rate", false), ("excludes_students", false), ("min_age", null), ("excludes_overdue", false), ("excludes_complaints", false)));

    [Fact]
    public void Nothing_known_opens_no_check()
    {
        var unknown = DemoCampaign().Keys.Select(name => (name, (object?)null)).ToArray();
        Assert.Equal(
            [
                "annual-rate-missing", "complaints-not-excluded", "cost-above-budget", "marketing-on-oa-template", "minors-not-excluded", "not-registered",
                "overdue-not-excluded", "period-rate-alone", "provider-forbids-finance", "rate-above-cap", "students-not-excluded", "text-findings",
            ],
            Codes(unknown).Order(StringComparer.Ordinal));
        Assert.All(Refusals(unknown), refusal => Assert.False(string.IsNullOrEmpty((string?)refusal["zh"]) || string.IsNullOrEmpty((string?)refusal["en"])));
        Assert.Equal(["prize-above-cap"], Codes(("mechanic", "draw")));
    }

    [Fact]
    public void Figures_stand_in_the_reason()
    {
        var refusal = Assert.Single(Refusals(("max_rate", 24m)));
        Assert.Equal("产品最高年化利率24%,超过上限20%。", refusal["zh"]);
        Assert.Equal("The highest annual rate, 24 %, is above the cap of 20 %.", refusal["en"]);
    }
}
