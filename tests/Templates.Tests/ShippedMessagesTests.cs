using Orchestrator.Templates.Linting;

namespace Orchestrator.Templates.Tests;

public sealed class ShippedMessagesTests
{
    private static readonly TemplateRenderer Renderer = new();
    private static readonly DateOnly Today = new(2026, 11, 21);

    private static TokenValues Tokens(string language) => language == "zh-CN"
        ? new() { Signature = "【禾光消费金融】", Rate = "贷款年化利率(单利)7.2%-19.8%,以审批和合同为准。", OptOutUrl = "https://u.heguang.example/x", CompanyName = "禾光消费金融有限公司", CompanyAddress = "上海", ComplaintLine = "400-000-0000" }
        : new() { Signature = "Heguang CF:", Rate = "Loan APR 7.2%-19.8% (simple), subject to approval.", OptOutUrl = "https://u.heguang.example/x", CompanyName = "Heguang Consumer Finance", CompanyAddress = "Shanghai", ComplaintLine = "400-000-0000" };

    private static RenderedMessage Render(string id)
    {
        var template = MessageLibrary.Sets.SelectMany(set => set.Messages).Single(message => message.Template.Id == id).Template;
        var data = template.Variables.ToDictionary(variable => variable.Name, variable => (object?)TemplateSample.Of(variable, Today));
        Tokens(template.Language).AddTo(data, template.Channel, template.Language);
        return Renderer.Compile(template).Render(data);
    }

    [Theory]
    [InlineData("sms-1/zh-CN", 105, 2)]
    [InlineData("sms-2/zh-CN", 114, 2)]
    [InlineData("sms-3/zh-CN", 89, 2)]
    [InlineData("sms-1/en", 186, 2)]
    [InlineData("sms-2/en", 184, 2)]
    [InlineData("sms-3/en", 159, 1)]
    public void Text_messages_have_the_measured_length(string id, int characters, int segments)
    {
        var length = SmsSegments.Count(Render($"member-day/{id}").Body);
        Assert.Equal((characters, segments), (length.Characters, length.Segments));
    }

    [Fact]
    public void A_rendered_text_reads_as_approved() =>
        Assert.Equal(
            "【禾光消费金融】尾号8842的客户您好,会员日12月8日开始,老客可在APP领取首期利息8折券(最高减60元,限量300张)。请理性借贷。贷款年化利率(单利)7.2%-19.8%,以审批和合同为准。拒收请回复R",
            Render("member-day/sms-1/zh-CN").Body);

    [Fact]
    public void Member_day_covers_every_channel_phase_and_language()
    {
        var set = MessageLibrary.Find("member-day");
        Assert.Equal(4 * 3 * 2, set.Messages.Count);
        Assert.All(set.Messages.GroupBy(message => (message.Template.Channel, message.Template.Language)), group =>
            Assert.Equal(["burst", "closing", "warm-up"], group.Select(message => message.Phase).Order()));
    }

    public static TheoryData<string> Ids => [.. MessageLibrary.Sets.SelectMany(set => set.Messages).Select(message => message.Template.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_shipped_text_passes_its_own_checks(string id)
    {
        var template = MessageLibrary.Sets.SelectMany(set => set.Messages).Single(message => message.Template.Id == id).Template;
        var report = TemplateLinter.Shipped(Renderer).Lint(template, new LintContext { On = Today, AllowedHosts = ["heguang.example"], Tokens = Tokens(template.Language) });
        Assert.Empty(report.Findings);
        Assert.NotNull(report.Preview);
    }

    [Fact]
    public void Mail_has_both_parts_and_a_way_out()
    {
        var mail = Render("member-day/email-1/zh-CN");
        Assert.Equal("会员日12月8日开始:首期利息8折券", mail.Title);
        Assert.Contains("不想接收?点此退订https://u.heguang.example/x", mail.Body, StringComparison.Ordinal);
        Assert.Contains("""<a href="https://u.heguang.example/x">不想接收?点此退订</a>""", mail.Html, StringComparison.Ordinal);
        Assert.Contains("禾光消费金融有限公司", mail.Html, StringComparison.Ordinal);
    }
}
