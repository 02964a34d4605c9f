using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.WebConsole.Views;
using Orchestrator.Templates;

namespace Orchestrator.Console.Tests;

/// <summary>Customers' attributes in texts: declared in the form, shown to whoever signs, previewed for a customer.</summary>
public sealed class AttributeTextTests(ConsoleFixture console)
{
    private static readonly int Slot = BriefChoices.TextSlots.ToList().IndexOf(("sms", "zh-CN"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_variable_is_declared_in_the_form_shown_to_reviewers_and_previewed_for_a_customer(bool script)
    {
        var campaign = await console.Campaigns.CreateAsync($"额度提醒 {script}", 97);
        await using var session = await console.OpenAsync("linxia", script: script);
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        var (text, at) = ($"phases[0].texts[{Slot}]", $"phases[0].texts[{Slot}].variables");
        if (script)
        {
            await BriefForm.AddAsync(page, at);
        }
        else
        {
            await page.Locator($"#phases-0-texts-{Slot}-variables > details > summary").ClickAsync();
            await page.ClickAsync($"button[name=_add][value='{at}']");
            await page.WaitForSelectorAsync($"[name='{at}[0].name']");
        }
        await page.FillAsync($"[name='{at}[0].name']", "limit");
        await page.SelectOptionAsync($"[name='{at}[0].type']", "money");
        await page.SelectOptionAsync($"[name='{at}[0].attribute']", "available_limit");
        await page.FillAsync($"[name='{at}[0].fallback']", "many");
        await page.FillAsync($"[name='{text}.body']", "{{sig}}尾号{{tail}}的客户您好,您的可用额度为{{money limit}},会员日{{start}}开始。请理性借贷。{{rate}}{{out}}");
        await page.ClickAsync(".form-foot button[type=submit]");
        await page.WaitForSelectorAsync($"[name='{at}[0].fallback'][aria-invalid=true]");
        if (script)
            await session.CheckAsync();
        await page.FillAsync($"[name='{at}[0].fallback']", "");
        await BriefForm.SaveAsync(page, campaign.Id);

        var stored = (await console.Services.GetRequiredService<CampaignQueries>().FindAsync(campaign.Id, TestContext.Current.CancellationToken))!.Brief();
        Assert.Equal([new TemplateVariable("limit", VariableType.Money) { Attribute = "available_limit" }], stored.Phases[0].Texts.Single(one => one is { Channel: "sms", Language: "zh-CN" }).Variables);
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("可用额度(元) (available_limit) {{limit}} · 缺失时跳过", await page.InnerTextAsync("#part-texts [data-prints]"), StringComparison.Ordinal);

        await page.GotoAsync($"/campaigns/{campaign.Id}/preview");
        await page.SelectOptionAsync("[name=message]", stored.Phases[0].Key);
        await page.SelectOptionAsync("[name=channel]", "sms");
        await page.ClickAsync("main form button[type=submit]");
        await page.WaitForSelectorAsync("#preview .bubble");
        Assert.Contains("您的可用额度为100元", await page.InnerTextAsync("#preview .bubble"), StringComparison.Ordinal);
        if (script)
            await session.CheckAsync();
    }

    [Fact]
    public async Task A_partial_is_written_published_and_included()
    {
        var name = $"care-{Guid.NewGuid():N}";
        await using var lin = await console.OpenAsync("linxia", "zh-CN");
        await lin.GoAsync("/templates/new");
        await lin.Page.SelectOptionAsync("[name='text.channel']", "partial");
        await lin.Page.FillAsync("[name='key']", $"partials/{name}");
        await lin.Page.FillAsync("[name='nameZh']", "理性借贷提示");
        await lin.Page.FillAsync("[name='nameEn']", "Borrow responsibly");
        await lin.Page.FillAsync("[name='text.body']", "请按需借款,量力而行。");
        await lin.Page.Locator("button[value='save']").ClickAsync();
        await lin.Page.WaitForURLAsync(url => url.Contains("/templates/0", StringComparison.Ordinal));
        await lin.CheckAsync();
        await using var officer = await console.OpenAsync("shenning", "zh-CN");
        await officer.GoAsync(new Uri(lin.Page.Url).PathAndQuery);
        await officer.Page.Locator("form button:has-text('发布')").First.ClickAsync();
        await officer.Page.WaitForSelectorAsync(".pill:has-text('已发布')");

        await lin.GoAsync("/templates/new");
        await lin.Page.FillAsync("[name='text.body']", "{{sig}}尾号{{tail}}的客户您好,会员日{{start}}开始。{{> " + name + "}}{{rate}}{{out}}");

        await lin.Page.WaitForSelectorAsync("#text-check .bubble:has-text('请按需借款,量力而行。')");
        await lin.GoAsync("/templates?channel=partial");
        Assert.Contains("理性借贷提示", await lin.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_text_declares_its_own_variables_in_the_form()
    {
        await using var session = await console.OpenAsync("linxia", "en");
        var page = session.Page;
        await session.GoAsync("/templates/new");
        await page.FillAsync("[name='key']", $"test-{Guid.NewGuid():N}/burst");
        await page.FillAsync("[name='nameZh']", "等级");
        await page.FillAsync("[name='nameEn']", "Level");
        await page.FillAsync("[name='text.body']", "{{sig}}尾号{{tail}}的{{level}}会员您好,会员日{{start}}开始。请理性借贷。{{rate}}{{out}}");
        await page.Locator("#text-variables > details > summary").ClickAsync();
        await page.ClickAsync("button[name=_add][value='text.variables']");
        await page.WaitForSelectorAsync("[name='text.variables[0].name']");
        await page.FillAsync("[name='text.variables[0].name']", "level");
        await page.SelectOptionAsync("[name='text.variables[0].attribute']", "member_level");
        await page.FillAsync("[name='text.variables[0].fallback']", "尊敬");
        await page.FillAsync("[name='text.variables[0].example']", "金卡");
        await page.WaitForSelectorAsync("#text-check .bubble:has-text('的金卡会员')");
        await session.CheckAsync();
        await page.Locator("button[value='save']").ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("/templates/0", StringComparison.Ordinal));

        Assert.Contains("level", await page.InnerTextAsync("main .tagline"), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("text=not for campaigns").CountAsync());
    }
}
