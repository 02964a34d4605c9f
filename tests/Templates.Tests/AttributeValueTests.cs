using Orchestrator.Templates.Linting;

namespace Orchestrator.Templates.Tests;

public sealed class AttributeValueTests
{
    private static readonly TemplateVariable City = new("city", VariableType.Text) { Attribute = "city" };

    [Theory]
    [InlineData("上海", "上海")]
    [InlineData("  上\r\n海\t浦东 ", "上 海 浦东")]
    [InlineData("【银行】上海", "[银行]上海")]
    [InlineData("\u202E上海\u200B", "上海")]
    [InlineData("{{sig}} {{#each x}}", "{{sig}} {{#each x}}")]
    public void A_text_of_the_customer_is_one_plain_line(string value, string printed) => Assert.Equal(printed, AttributeValue.Of(City, value, MessageChannel.Sms));

    [Theory]
    [InlineData("看 https://evil.example/x")]
    [InlineData("ｅｖｉｌ．ｃｏｍ")]
    [InlineData("e\u200Bvil.com")]
    [InlineData("\uD800")]
    [InlineData("  ")]
    [InlineData("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一")]
    public void A_text_that_could_do_harm_counts_as_missing_and_the_declared_one_stands_in(string value)
    {
        Assert.Null(AttributeValue.Of(City, value, MessageChannel.Sms));
        Assert.Equal("本市", AttributeValue.Of(City with { Fallback = "本市" }, value, MessageChannel.Sms));
    }

    [Theory]
    [InlineData("王小明", "王**")]
    [InlineData("A", "A*")]
    [InlineData("13812348842", "138****8842")]
    [InlineData("6222 0212 3456 7890", "****7890")]
    public void A_masked_text_is_known_to_nobody_but_its_owner(string value, string printed) =>
        Assert.Equal(printed, AttributeValue.Of(City with { Masked = true }, value, MessageChannel.Push));

    [Fact]
    public void Figures_dates_and_flags_keep_their_type_and_anything_else_is_missing()
    {
        var money = new TemplateVariable("m", VariableType.Money) { Attribute = "balance", Fallback = "0" };

        Assert.Equal(8600.5m, AttributeValue.Of(money, 8600.5m, MessageChannel.Sms));
        Assert.Equal(0m, AttributeValue.Of(money, 99_000_000_000m, MessageChannel.Sms));
        Assert.Equal(0m, AttributeValue.Of(money, "8600", MessageChannel.Sms));
        Assert.Equal(new DateOnly(2026, 12, 8), AttributeValue.Of(new("d", VariableType.Date) { Attribute = "due" }, new DateOnly(2026, 12, 8), MessageChannel.Sms));
        Assert.Null(AttributeValue.Of(new("f", VariableType.Flag) { Attribute = "x" }, "true", MessageChannel.Sms));
    }

    [Fact]
    public void A_value_is_data_and_no_template_and_HTML_escapes_it()
    {
        var template = new MessageTemplate { Id = "t", Channel = MessageChannel.Email, Language = "zh-CN", Title = "{{city}}", Body = "{{city}}", Html = "<p>{{city}}</p>", Variables = [City] };

        var rendered = new TemplateRenderer().Compile(template).Render(new Dictionary<string, object?> { ["city"] = AttributeValue.Of(City, "{{out}}<b>&", MessageChannel.Email) });

        Assert.Equal("{{out}}<b>&", rendered.Body);
        Assert.Equal("<p>{{out}}&lt;b&gt;&amp;</p>", rendered.Html);
    }

    [Fact]
    public void A_value_that_is_repeated_without_end_stops_at_the_limit()
    {
        var template = new MessageTemplate { Id = "t", Channel = MessageChannel.Sms, Language = "zh-CN", Body = string.Concat(Enumerable.Repeat("{{city}}", 1_000)), Variables = [City] };
        var compiled = new TemplateRenderer().Compile(template);
        var data = new Dictionary<string, object?> { ["sig"] = "【S】", ["city"] = AttributeValue.Longest(City, chinese: true) };

        Assert.Contains("2000", Assert.Throws<TemplateException>(() => compiled.Render(data)).Message.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_variable_takes_and_what_stands_in_for_it_is_part_of_the_hash()
    {
        string Hash(TemplateVariable variable) => TemplateHash.Of(new() { Id = "t", Channel = MessageChannel.Sms, Language = "zh-CN", Body = "{{city}}", Variables = [variable] });

        Assert.Equal(5, new[] { City, City with { Attribute = "town" }, City with { Fallback = "本市" }, City with { Masked = true }, City with { MaxLength = 8 } }.Select(Hash).Distinct().Count());
    }

    [Theory]
    [InlineData(MessageChannel.OfficialAccount, "personal-value-mass")]
    [InlineData(MessageChannel.WeCom, "personal-value")]
    public void Channels_on_which_many_share_a_text_refuse_the_customers_attributes(MessageChannel channel, string rule)
    {
        var template = new MessageTemplate { Id = "t", Channel = channel, Language = "zh-CN", Body = "{{sig}}{{city}}的客户您好。{{rate}}{{out}}", Variables = [City] };

        var findings = TemplateLinter.Shipped(new TemplateRenderer()).Lint(template, new LintContext { On = new(2026, 11, 21) }).Findings;

        Assert.Equal("city", Assert.Single(findings, finding => finding.RuleId == rule).Evidence);
    }
}
