using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class TemplateTests(ConsoleFixture console)
{
    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 1280)]
    [InlineData("zh-CN", 390)]
    public async Task The_library_lists_the_shipped_texts_and_shows_one_as_on_a_phone(string language, int width)
    {
        await using var session = await console.OpenAsync("linxia", language, width);
        await session.GoAsync("/templates");
        await session.CheckAsync();
        await session.PictureAsync($"templates-{language}-{width}", full: true);

        await session.GoAsync("/templates?set=member-day&channel=sms&language=zh-CN");
        await session.Page.Locator(".tbl .row-link").First.ClickAsync();
        await session.Page.WaitForSelectorAsync(".phone-shell");

        await session.CheckAsync();
        await session.PictureAsync($"template-{language}-{width}", full: true);
        Assert.Contains("{{start}}", await session.Page.InnerTextAsync(".text-source"), StringComparison.Ordinal);
        Assert.Contains("贷款年化利率", await session.Page.InnerTextAsync(".bubble"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_checked_while_it_is_typed_saved_and_published_by_somebody_else()
    {
        var key = $"test-{Guid.NewGuid():N}/burst";
        await using var lin = await console.OpenAsync("linxia", "en");
        await lin.GoAsync("/templates/new");
        await lin.Page.FillAsync("[name='key']", key);
        await lin.Page.FillAsync("[name='nameZh']", "测试");
        await lin.Page.FillAsync("[name='nameEn']", "Test");
        await lin.Page.FillAsync("[name='text.body']", "{{sig}}专享超低息额度,日息低至0.02%!");
        await lin.Page.WaitForSelectorAsync("#text-check .check-list mark.is-bad");
        await lin.CheckAsync();
        await lin.PictureAsync("template-edit-en", full: true);
        await lin.Page.FillAsync("[name='text.body']", "{{sig}}尾号{{tail}}的客户您好,会员日{{start}}开始。请理性借贷。{{rate}}{{out}}");
        await lin.Page.Locator("button[value='save']").ClickAsync();
        await lin.Page.WaitForURLAsync(url => url.Contains("/templates/0", StringComparison.Ordinal));
        Assert.Equal(0, await lin.Page.Locator("button:has-text('Publish')").CountAsync());

        await using var xu = await console.OpenAsync("shenning", "zh-CN");
        await xu.GoAsync(new Uri(lin.Page.Url).PathAndQuery);
        await xu.Page.Locator("form button:has-text('发布')").First.ClickAsync();
        await xu.Page.WaitForSelectorAsync(".pill:has-text('已发布')");

        await xu.CheckAsync();
    }

    [Fact]
    public async Task Without_script_the_form_checks_and_the_marks_stand_where_the_words_are()
    {
        await using var session = await console.OpenAsync("linxia", "zh-CN");
        await session.GoAsync("/templates/new");
        await session.Page.EvaluateAsync("() => document.querySelector('#text-check').remove()");
        await session.Page.FillAsync("[name='text.body']", "{{sig}}专享超低息额度");
        await session.Page.Locator("button[value='check']").ClickAsync();
        await session.Page.WaitForSelectorAsync("#text-check .check-list mark:has-text('超低息')");

        Assert.Equal("{{sig}}专享超低息额度", await session.Page.InputValueAsync("[name='text.body']"));
        Assert.EndsWith("/templates/new", session.Page.Url, StringComparison.Ordinal);
    }
}
