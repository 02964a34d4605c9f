using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>What a variant's offer brings into a text is held against the same rules as the text.</summary>
public sealed class OfferLintTests
{
    private static readonly TextRules Rules = SampleRules.With(new OrchestratorOptions());

    [Theory]
    [InlineData("首期利息8折券", null)]
    [InlineData("超低利率,0门槛", "超低利率 0门槛")]
    [InlineData("{{零门槛}}", "零门槛")]
    public void Banned_words_of_an_offer_are_found_in_its_variant_and_those_of_the_text_once(string offer, string? found)
    {
        var findings = BriefLint.Lint(With("{{sig}}人人可借:{{ offer }}。{{rate}}{{out}}", offer), Rules).Where(finding => finding.Finding.RuleId == "banned-word").ToList();

        Assert.Equal(("burst/sms/zh-CN", "人人可借"), (findings[0].Template, findings[0].Finding.Evidence));
        Assert.Equal(found is null ? [] : found.Split(' ').Select(word => ("burst@much/sms/zh-CN", word)), findings.Skip(1).Select(finding => (finding.Template, finding.Finding.Evidence)));
    }

    [Fact]
    public void A_long_offer_makes_the_text_too_long()
    {
        const string body = "{{sig}}会员日{{offer}}。{{rate}}{{out}}";
        string[] With(string offer) => [.. BriefLint.Lint(OfferLintTests.With(body, offer), Rules).Select(finding => $"{finding.Template} {finding.Finding.RuleId}")];

        Assert.Equal(With("8折券"), With("9折券"));
        Assert.Contains(With(string.Concat(Enumerable.Repeat("首期利息8折券", 60))).Except(With("8折券")), line => line.StartsWith("burst@much/sms/zh-CN ", StringComparison.Ordinal));
    }

    private static Brief With(string body, string offer)
    {
        var brief = ReachoutBed.Brief(new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero));
        var phase = brief.Phases[0];
        var test = new Experiment { Key = "offer", Metric = "conversion", TestPercent = 100, Variants = [new Variant { Key = "none", Offer = "会员礼" }, new Variant { Key = "much", Offer = offer }] };
        return brief with { Phases = [phase with { Texts = [phase.Texts[0] with { Body = body }], Experiment = test }] };
    }
}
