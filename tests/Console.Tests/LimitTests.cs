using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class LimitTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_dated_limit_is_entered_by_one_person_and_published_by_another()
    {
        await using var compliance = await console.OpenAsync("shenning");
        await compliance.GoAsync("/legal-limits");
        Assert.Contains("20%", await compliance.Page.InnerTextAsync(".tiles"), StringComparison.Ordinal);
        Assert.Contains("2025-09-30", await compliance.Page.InnerTextAsync("#rate-cap"), StringComparison.Ordinal);
        await compliance.Page.ClickAsync("main form:has([name=source]) button[type=submit]");
        await compliance.Page.WaitForSelectorAsync("[aria-invalid=true]");
        await compliance.CheckAsync();

        await compliance.Page.SelectOptionAsync("[name=name]", "prize-cap");
        await compliance.Page.FillAsync("[name=value]", "40000");
        await compliance.Page.FillAsync("[name=from]", "2031-01-01");
        await compliance.Page.FillAsync("[name=source]", "内部口径 2031-1");
        await compliance.Page.ClickAsync("main form:has([name=source]) button[type=submit]");
        await compliance.Page.WaitForSelectorAsync(".toast-note");
        var mine = compliance.Page.Locator("#prize-cap tr", new() { HasText = "内部口径 2031-1" });
        Assert.Contains("待第二人发布", await mine.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await mine.Locator("button:has-text('发布')").CountAsync());

        await using var risk = await console.OpenAsync("zhouheng", "en");
        await risk.GoAsync("/legal-limits");
        var row = risk.Page.Locator("#prize-cap tr", new() { HasText = "内部口径 2031-1" });
        Assert.Equal(0, await risk.Page.Locator("[name=source]").CountAsync());
        await row.Locator("button:has-text('Publish')").ClickAsync();
        await risk.Page.WaitForSelectorAsync(".toast-note");

        Assert.Contains("to come", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("2030-12-31", await risk.Page.InnerTextAsync("#prize-cap"), StringComparison.Ordinal);
        Assert.Contains("¥50,000", await risk.Page.InnerTextAsync(".tiles"), StringComparison.Ordinal);
        await risk.CheckAsync();
    }
}
