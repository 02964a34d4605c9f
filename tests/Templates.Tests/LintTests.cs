using Orchestrator.Templates.Linting;

namespace Orchestrator.Templates.Tests;

public sealed class LintTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);
    private static readonly TemplateLinter Linter = TemplateLinter.Shipped(new TemplateRenderer());

    private static MessageTemplate Sms(string body, string language = "zh-CN", params TemplateVariable[] variables) =>
        new() { Id = "t", Channel = MessageChannel.Sms, Language = language, Body = body, Variables = variables };

    private static string[] Ids(MessageTemplate template, LintContext? context = null) =>
        [.. Linter.Lint(template, context ?? new LintContext { On = Today }).Findings.Select(finding => finding.RuleId)];

    [Fact]
    public void The_bad_draft_has_exactly_its_six_findings()
    {
        var report = Linter.Lint(MessageLibrary.RejectedDraft, new LintContext { On = Today });
        Assert.Equal(
            [("banned-word", "0门槛"), ("banned-word", "超低息"), ("banned-word", "随借随还"), ("opt-out-missing", ""), ("period-rate-alone", "日息低至0.02%"), ("rate-missing", "")],
            report.Findings.Select(finding => (finding.RuleId, finding.Evidence)).OrderBy(finding => finding.RuleId, StringComparer.Ordinal).ThenBy(finding => finding.Evidence, StringComparer.Ordinal));
        Assert.False(report.Passed);
    }

    [Fact]
    public void Evidence_is_found_again_at_its_position()
    {
        var draft = MessageLibrary.RejectedDraft;
        Assert.All(
            Linter.Lint(draft, new LintContext { On = Today }).Findings,
            finding => Assert.Equal(finding.Evidence, draft.Body.Substring(finding.Position, finding.Evidence.Length)));
    }

    [Theory]
    [InlineData("【禾光消费金融】您好{{rate}}{{out}}", "signature-typed")]
    [InlineData("您好{{sig}}再见{{rate}}{{out}}", "signature-not-first")]
    [InlineData("{{sig}}您好{{sig}}{{rate}}{{out}}", "signature-not-first")]
    [InlineData("{{sig}}您好{{rate}}", "opt-out-missing")]
    [InlineData("{{sig}}您好{{rate}}拒收请回复R", "opt-out-typed")]
    [InlineData("{{sig}}您好{{rate}}回T退订", "opt-out-typed")]
    [InlineData("{{sig}}您好{{out}}", "rate-missing")]
    [InlineData("{{sig}}年化利率低至7.2%起{{out}}", "rate-typed")]
    [InlineData("{{sig}}日利率0.05%{{rate}}{{out}}", "period-rate-beside")]
    [InlineData("{{sig}}０门槛{{rate}}{{out}}", "banned-word")]
    [InlineData("{{sig}}随 借 随 还{{rate}}{{out}}", "banned-word")]
    [InlineData("{{sig}}本活动最终解释权归我司{{rate}}{{out}}", "final-interpretation,final-interpretation")]
    [InlineData("{{sig}}国家级平台{{rate}}{{out}}", "superlative")]
    [InlineData("{{sig}}百分百通过{{rate}}{{out}}", "guaranteed-approval")]
    [InlineData("{{sig}}详见https://a.example/x{{rate}}{{out}}", "sms-link")]
    [InlineData("{{sig}}详见heguang.cn{{rate}}{{out}}", "sms-link")]
    [InlineData("{{sig}}{{nobody}}{{rate}}{{out}}", "does-not-compile")]
    [InlineData("  ", "empty-text,opt-out-missing,rate-missing")]
    public void Each_rule_finds_what_it_is_for(string body, string expected) =>
        Assert.Equal(expected.Split(','), Ids(Sms(body)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("月利率低至1%")]
    [InlineData("日费率万分之二")]
    [InlineData("万5日息")]
    [InlineData("每天利息只要2元")]
    [InlineData("0.02%/天")]
    public void A_daily_or_monthly_rate_without_the_annual_one_is_found(string wording) =>
        Assert.Contains("period-rate-alone", Ids(Sms($"{{{{sig}}}}{wording}{{{{out}}}}")));

    [Fact]
    public void A_shipped_interest_coupon_is_not_taken_for_a_rate() =>
        Assert.Empty(Ids(Sms("{{sig}}会员日首期利息8折券今起可领,最高减60元,限量300张。{{rate}}{{out}}")));

    [Fact]
    public void The_account_signature_typed_in_english_is_found() =>
        Assert.Equal(["signature-typed"], Ids(
            Sms("{{sig}} Hello from Heguang CF: {{rate}} {{out}}", "en"),
            new LintContext { On = Today, Tokens = new() { Signature = "Heguang CF:", Rate = "Loan APR 7.2%" } }));

    [Fact]
    public void A_reminder_needs_no_rate_and_no_opt_out() =>
        Assert.Empty(Ids(Sms("{{sig}}账单将到期。") with { Purpose = MessagePurpose.Servicing }));

    [Fact]
    public void Marketing_of_something_else_than_loans_needs_no_rate() =>
        Assert.Empty(Ids(Sms("{{sig}}积分商城上新。{{out}}"), new LintContext { On = Today, PromotesLoan = false }));

    [Fact]
    public void Long_texts_and_stray_characters_cost_segments()
    {
        Assert.Contains("sms-long", Ids(Sms($"{{{{sig}}}}{new string('好', 100)}{{{{rate}}}}{{{{out}}}}")));
        Assert.Contains("sms-too-long", Ids(Sms($"{{{{sig}}}}{new string('好', 400)}{{{{rate}}}}{{{{out}}}}")));
        Assert.Equal(["sms-unicode"], Ids(Sms("{{sig}} It’s on. {{rate}} {{out}}", "en")));
    }

    [Fact]
    public void Links_must_be_https_and_on_the_list()
    {
        var context = new LintContext { On = Today, AllowedHosts = ["heguang.example"] };
        var push = Sms("http://app.heguang.example/a https://evil.example/b https://app.heguang.example/c{{rate}}{{out}}") with { Channel = MessageChannel.Push };
        Assert.Equal(["link-not-https", "link-not-allowed"], Ids(push, context));
        var lookalike = push with { Body = "https://heguang.example.evil.example/{{rate}}{{out}}" };
        Assert.Equal(["link-not-allowed"], Ids(lookalike, context));
    }

    [Theory]
    [InlineData(MessageChannel.WeCom, MessagePurpose.Marketing, true)]
    [InlineData(MessageChannel.WeCom, MessagePurpose.Servicing, true)]
    [InlineData(MessageChannel.OfficialAccount, MessagePurpose.Marketing, true)]
    [InlineData(MessageChannel.OfficialAccount, MessagePurpose.Servicing, false)]
    [InlineData(MessageChannel.Push, MessagePurpose.Marketing, false)]
    public void A_text_that_many_share_names_nothing_that_differs_per_customer(MessageChannel channel, MessagePurpose purpose, bool refused)
    {
        TemplateVariable[] variables = [new("tail", VariableType.Text), new("name", VariableType.Text, Required: false), new("start", VariableType.Date)];
        var text = Sms("{{#if name}}尊敬的{{name}}{{/if}}尾号{{tail}}的客户,会员日{{start}}开始。{{rate}}{{out}}") with { Channel = channel, Purpose = purpose, Variables = variables };

        var findings = Linter.Lint(text, new LintContext { On = Today }).Findings.Where(finding => finding.RuleId.StartsWith("personal-value", StringComparison.Ordinal)).ToList();

        Assert.Equal(refused ? ["name", "tail"] : [], findings.Select(finding => finding.Evidence).Order(StringComparer.Ordinal));
        Assert.All(findings, finding => Assert.Contains(finding.Evidence, finding.Message.En, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zh-CN", "回复TD退订")]
    [InlineData("en", "Reply TD to opt out")]
    public void Followers_of_an_official_account_opt_out_by_a_reply_and_not_by_a_link(string language, string expected) =>
        Assert.Equal(expected, OptOutWording.For(MessageChannel.OfficialAccount, language, "https://u.example/x"));

    [Fact]
    public void Mail_needs_a_plain_part_a_subject_and_escaping()
    {
        var name = new TemplateVariable("name", VariableType.Text);
        var mail = new MessageTemplate
        {
            Id = "m", Channel = MessageChannel.Email, Language = "en", Body = "", Variables = [name],
            Html = "<p>{{{name}}}</p>{{sig}}{{rate}}{{out}}{{company_name}}{{complaint_line}}",
        };
        Assert.Equal(["plain-text-missing", "title-missing", "unescaped-html"], Ids(mail).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Packs_apply_between_their_dates_and_the_latest_version_wins()
    {
        Assert.DoesNotContain(Linter.InForce(new DateOnly(2026, 7, 31)), pack => pack.Id == "cn-loan-marketing");
        Assert.Contains(Linter.InForce(new DateOnly(2026, 8, 1)), pack => pack.Id == "cn-loan-marketing");
        var old = TemplateLinter.ShippedPacks.First(pack => pack.Id == "message-form");
        var renewed = old with { Version = "2027.1", EffectiveFrom = new(2027, 1, 1) };
        var linter = new TemplateLinter([old, renewed], new TemplateRenderer());
        Assert.Equal(old.Version, Assert.Single(linter.InForce(Today)).Version);
        Assert.Equal("2027.1", Assert.Single(linter.InForce(new(2027, 1, 1))).Version);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"id":"x","version":"1","effectiveFrom":"2026-01-01","title":{"zh":"a","en":"b"},"rules":[{"id":"r","check":"magic","severity":"Error","message":{"zh":"a","en":"b"}}]}""", "'magic', which does not exist")]
    [InlineData("""{"id":"x","version":"1","effectiveFrom":"2026-01-01","title":{"zh":"a","en":"b"},"rules":[{"id":"r","check":"patterns","severity":"Error","message":{"zh":"a","en":"b"},"patterns":["("]}]}""", "pattern that cannot be used")]
    [InlineData("""{"id":"x","version":"1","effectiveFrom":"2026-01-01","title":{"zh":"a","en":"b"},"rules":[],"extra":1}""", "not valid JSON")]
    public void A_pack_that_is_wrong_is_refused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<TemplateException>(() => RulePack.Parse(json)).Message, StringComparison.Ordinal);
}
