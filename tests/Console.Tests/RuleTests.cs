using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

/// <summary>Dated rules of sending: entered by one person, compared, published by another, read by everybody.</summary>
public sealed class RuleTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_rule_is_entered_compared_and_published_by_two_people_and_its_history_says_so()
    {
        await using var officer = await console.OpenAsync("shenning");
        await officer.GoAsync("/send-rules");
        Assert.Contains("+86 开头的号码", await officer.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await officer.CheckAsync();
        await officer.Page.ClickAsync("a[href='/send-rules/reply-rules']");
        await officer.Page.FillAsync("[name=name]", "cn-sms");
        await officer.Page.SelectOptionAsync("[name='value.provider']", "twilio");
        await officer.Page.FillAsync("[name='value.addressPrefix']", "+86");
        await officer.Page.CheckAsync("[name='value.confirm']");
        await officer.Page.FillAsync("[name='value.texts.zh-CN']", "已为您退订，详情见 https://example.com");
        await officer.Page.FillAsync("[name=from]", "2031-05-01");
        await officer.Page.FillAsync("[name=source]", "2031 年新规要求确认");

        // Links are refused at their field; what was typed is still there.
        await officer.Page.ClickAsync("button[name=_compare]");
        await officer.Page.WaitForSelectorAsync("[name='value.texts.zh-CN'][aria-invalid=true]");
        await officer.CheckAsync();
        Assert.True(await officer.Page.IsCheckedAsync("[name='value.confirm']"));

        await officer.Page.FillAsync("[name='value.texts.zh-CN']", "已为您退订，不再发送营销短信。");
        await officer.Page.ClickAsync("button[name=_compare]");
        await officer.Page.WaitForSelectorAsync("#compared");
        var compared = await officer.Page.InnerTextAsync("#compared");
        Assert.Contains("退订后回复一条确认", compared, StringComparison.Ordinal);
        Assert.Contains("已为您退订，不再发送营销短信。", compared, StringComparison.Ordinal);
        Assert.DoesNotContain("号码前缀", compared, StringComparison.Ordinal);   // it stays
        await officer.CheckAsync();
        // Comparing takes nothing away: what was ticked is entered as it was compared.
        await officer.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await officer.Page.WaitForSelectorAsync(".toast-note");
        var mine = officer.Page.Locator("#versions tr", new() { HasText = "2031 年新规要求确认" });
        Assert.Contains("待第二人发布", await mine.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("退订须在 5 分钟内回复确认", await mine.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await mine.Locator("button:has-text('发布')").CountAsync());

        await using var risk = await console.OpenAsync("zhouheng", "en");
        await risk.GoAsync("/send-rules/reply-rules");
        Assert.Equal(0, await risk.Page.Locator("[name=source]").CountAsync());
        var row = risk.Page.Locator("#versions tr", new() { HasText = "2031 年新规要求确认" });
        await row.Locator("button:has-text('Publish')").ClickAsync();
        await risk.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("to come", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("2031-04-30", await risk.Page.InnerTextAsync("#versions"), StringComparison.Ordinal);   // last day of the one that is replaced
        Assert.Contains("published a dated rule · cn-sms", await risk.Page.InnerTextAsync(".timeline"), StringComparison.Ordinal);
        await risk.CheckAsync();
        await risk.GoAsync("/send-rules");
        Assert.Contains("from 1 May 2031", await risk.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caps_of_the_house_are_entered_per_channel_and_published_by_another_person()
    {
        await using var officer = await console.OpenAsync("xulan");
        await officer.GoAsync("/send-rules/frequency-caps");
        await officer.Page.FillAsync("[name='value.perCustomerPerDay']", "2");
        await officer.Page.Locator(".more-fields:has([name='value.channels[2].perCustomerPerDay']) > summary").ClickAsync();
        await officer.Page.FillAsync("[name='value.channels[2].perCustomerPer30Days']", "4");
        await officer.Page.FillAsync("[name=from]", "2031-06-01");
        await officer.Page.FillAsync("[name=source]", "2031 年消保委决议");
        await officer.CheckAsync();
        await officer.PictureAsync("frequency-caps-zh", full: true);
        await officer.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await officer.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("每天 2 条，30 天 – 条; 短信 每天 – 条，30 天 4 条", await officer.Page.InnerTextAsync("#versions"), StringComparison.Ordinal);

        await using var compliance = await console.OpenAsync("shenning", "en");
        await compliance.GoAsync("/send-rules/frequency-caps");
        var row = compliance.Page.Locator("#versions tr", new() { HasText = "2031 年消保委决议" });
        await row.Locator("button:has-text('Publish')").ClickAsync();
        await compliance.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("to come", await row.InnerTextAsync(), StringComparison.Ordinal);
        await compliance.CheckAsync();
    }

    [Fact]
    public async Task How_long_the_ledger_is_kept_is_entered_compared_and_published_by_a_second_person()
    {
        await using var platform = await console.OpenAsync("majun");
        await platform.GoAsync("/send-rules");
        await platform.Page.ClickAsync("a[href='/send-rules/ledger-retention']");
        await platform.Page.FillAsync("[name='value.keepMonths']", "1");
        await platform.Page.CheckAsync("[name='value.automatic']");
        await platform.Page.FillAsync("[name=from]", "2032-01-01");
        await platform.Page.FillAsync("[name=source]", "2032 年档案制度");
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync("[name='value.keepMonths'][aria-invalid=true]");
        await platform.CheckAsync();

        await platform.Page.FillAsync("[name='value.keepMonths']", "36");
        await platform.Page.ClickAsync("button[name=_compare]");
        await platform.Page.WaitForSelectorAsync("#compared");
        var compared = await platform.Page.InnerTextAsync("#compared");
        Assert.Contains("全体，2032年1月1日 起", compared, StringComparison.Ordinal);
        Assert.Contains("36", compared, StringComparison.Ordinal);
        Assert.Contains("到期后自动清除", compared, StringComparison.Ordinal);
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync(".toast-note");
        var mine = platform.Page.Locator("#versions tr", new() { HasText = "2032 年档案制度" });
        Assert.Contains("每月台账保留 36 个月，到期后自动清除", await mine.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await mine.Locator("button:has-text('发布')").CountAsync());

        await using var compliance = await console.OpenAsync("shenning", "en");
        await compliance.GoAsync("/send-rules/ledger-retention");
        var row = compliance.Page.Locator("#versions tr", new() { HasText = "2032 年档案制度" });
        await row.Locator("button:has-text('Publish')").ClickAsync();
        await compliance.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("to come", await row.InnerTextAsync(), StringComparison.Ordinal);
        await compliance.CheckAsync();
        await compliance.GoAsync("/send-rules");
        Assert.Contains("kept for 36 months, then dropped by itself", await compliance.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_of_a_jurisdiction_are_entered_by_weekday_compared_and_published_by_a_second_person()
    {
        await using var officer = await console.OpenAsync("shenning");
        await officer.GoAsync("/send-rules");
        Assert.Contains("营销 09:00–20:30；服务 08:00–22:00", await officer.Page.InnerTextAsync("main"), StringComparison.Ordinal);   // in the box
        await officer.Page.ClickAsync("a[href='/send-rules/quiet-hours']");
        await officer.Page.FillAsync("[name=name]", "US-TX");
        await officer.Page.FillAsync("[name='value.windows[1].from']", "20:00");
        await officer.Page.FillAsync("[name='value.windows[1].until']", "08:00");
        await officer.Page.ClickAsync("details.more-fields > summary:has-text('特定星期')");
        await officer.Page.FillAsync("[name='value.windows[3].from']", "12:00");
        await officer.Page.FillAsync("[name='value.windows[3].until']", "21:00");
        await officer.Page.CheckAsync("[name='value.windows[3].weekdays'][value=sunday]");
        await officer.Page.FillAsync("[name='value.silentDays']", "2031-12-25\n2031-12-31 营销 # 除夕");
        await officer.Page.FillAsync("[name=from]", "2031-06-01");
        await officer.Page.FillAsync("[name=source]", "得州法规备忘录");

        // What is wrong is named at its own field, though the first of the form was left empty.
        await officer.Page.ClickAsync("button[name=_compare]");
        await officer.Page.WaitForSelectorAsync("[name='value.windows[1].until'][aria-invalid=true]");
        await officer.CheckAsync();
        await officer.Page.FillAsync("[name='value.windows[1].from']", "08:00");
        await officer.Page.FillAsync("[name='value.windows[1].until']", "20:00");
        await officer.Page.ClickAsync("button[name=_compare]");
        await officer.Page.WaitForSelectorAsync("#compared");
        var compared = await officer.Page.InnerTextAsync("#compared");
        Assert.Contains("营销 (周日)", compared, StringComparison.Ordinal);
        Assert.Contains("静默日 2031-12-31", compared, StringComparison.Ordinal);
        await officer.CheckAsync();
        await officer.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await officer.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("服务 08:00–20:00；营销 (周日) 12:00–21:00；静默日 2 个", await officer.Page.InnerTextAsync("#versions"), StringComparison.Ordinal);

        await using var second = await console.OpenAsync("xulan", "en");
        await second.GoAsync("/send-rules/quiet-hours");
        var row = second.Page.Locator("#versions tr", new() { HasText = "得州法规备忘录" });
        await row.Locator("button:has-text('Publish')").ClickAsync();
        await second.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("to come", await row.InnerTextAsync(), StringComparison.Ordinal);
        await second.CheckAsync();
    }

    [Fact]
    public async Task What_a_provider_forbids_is_entered_and_a_rule_in_the_box_is_withdrawn()
    {
        await using var platform = await console.OpenAsync("majun");
        await platform.GoAsync("/send-rules/provider-policy");
        Assert.Contains("aliyun-finance", await platform.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await platform.Page.FillAsync("[name=name]", "aliyun-finance");
        await platform.Page.CheckAsync("[name='value.withdrawn']");
        await platform.Page.SelectOptionAsync("[name='value.provider']", "aliyun-sms");
        await platform.Page.FillAsync("[name=from]", "2031-07-01");
        await platform.Page.FillAsync("[name=source]", "专属通道协议");
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync("[name='value.withdrawn'][aria-invalid=true]");
        await platform.CheckAsync();
        await platform.Page.SelectOptionAsync("[name='value.provider']", "");
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("已停用", await platform.Page.Locator("#versions tr", new() { HasText = "专属通道协议" }).InnerTextAsync(), StringComparison.Ordinal);

        await platform.Page.FillAsync("[name=name]", "carrier-loans");
        await platform.Page.SelectOptionAsync("[name='value.provider']", "http-gateway");
        await platform.Page.SelectOptionAsync("[name='value.purpose']", "marketing");
        await platform.Page.SelectOptionAsync("[name='value.productCategory']", "loan");
        await platform.Page.FillAsync("[name='value.reasonZh']", "运营商不受理贷款营销短信");
        await platform.Page.FillAsync("[name='value.reasonEn']", "The carrier takes no advertising of loans");
        await platform.Page.FillAsync("[name=from]", "2031-07-01");
        await platform.Page.FillAsync("[name=source]", "运营商来函");
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync("#versions tr:has-text('运营商来函')");

        await using var risk = await console.OpenAsync("zhouheng", "en");
        await risk.GoAsync("/send-rules/provider-policy");
        Assert.Equal(0, await risk.Page.Locator("[name=source]").CountAsync());
        var row = risk.Page.Locator("#versions tr", new() { HasText = "运营商来函" });
        Assert.Contains("marketing · loan", await row.InnerTextAsync(), StringComparison.Ordinal);
        await row.Locator("button:has-text('Publish')").ClickAsync();
        await risk.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("to come", await row.InnerTextAsync(), StringComparison.Ordinal);
        await risk.CheckAsync();
    }

    [Fact]
    public async Task Networks_come_from_a_file_and_what_is_wrong_is_named_by_its_line()
    {
        await using var platform = await console.OpenAsync("majun");
        await platform.GoAsync("/send-rules/click-networks");
        await platform.Page.FillAsync("[name=name]", "office");
        await platform.Page.FillAsync("[name=from]", "2031-01-01");
        await platform.Page.FillAsync("[name=source]", "公司出口网段");
        await platform.Page.FillAsync("[name='value.cidrs']", "203.0.113.0/24\n203.0.113.300");
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync("[role=alert]");
        Assert.Contains("第 2 行", await platform.Page.InnerTextAsync("[role=alert]"), StringComparison.Ordinal);

        await platform.Page.ClickAsync("details.more-fields > summary");
        await platform.Page.FillAsync("[name=json]", "{\n  \"cidrs\": [ \"203.0.113.0/24\", ]\n}");
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync("[name=json][aria-invalid=true]");
        Assert.Contains("第 2 行", await platform.Page.InnerTextAsync("[role=alert]"), StringComparison.Ordinal);

        await platform.Page.FillAsync("[name=json]", "");
        await platform.Page.SetInputFilesAsync("[name=file]", new Microsoft.Playwright.FilePayload { Name = "office.txt", MimeType = "text/plain", Buffer = "203.0.113.0/24 # Beijing\n2001:db8::/32\n"u8.ToArray() });
        await platform.Page.ClickAsync("form:has([name=source]) button.btn-primary");
        await platform.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("2 个网段", await platform.Page.InnerTextAsync("#versions"), StringComparison.Ordinal);
        await platform.CheckAsync();
    }

    [Fact]
    public async Task Who_may_not_enter_a_rule_only_reads()
    {
        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync("/send-rules/global-holdout");
        Assert.Equal(0, await owner.Page.Locator("main form").CountAsync());
        await owner.CheckAsync();
        var response = await owner.GoAsync("/send-rules/no-such-rule");
        Assert.Equal(404, response.Status);
    }
}
