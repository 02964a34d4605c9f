using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Compliance;

namespace Orchestrator.Console.Tests;

/// <summary>Pages that show what a launched campaign does and did: the demo's running and closed campaigns.</summary>
public sealed partial class RunningCampaignTests(ConsoleFixture console)
{
    [GeneratedRegex("[^0-9]")]
    private static partial Regex NoDigits();

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task Every_tab_of_launched_campaigns_opens(string language, int width)
    {
        foreach (var (campaign, tab) in new[]
        {
            (await console.RunningAsync(), "overview"), (await console.RunningAsync(), "ledger"), (await console.RunningAsync(), "ledger&state=all"), (await console.RunningAsync(), "results"),
            (await console.RunningAsync(), "package"), (await console.RunningAsync(), "audit"), (await console.ClosedAsync(), "overview"), (await console.ClosedAsync(), "retrospective"),
        })
        {
            await using var session = await console.OpenAsync("linxia", language, width);

            var response = await session.GoAsync($"/campaigns/{campaign.Id}?tab={tab}");

            Assert.Equal(200, response.Status);
            await session.CheckAsync();
        }
    }

    [Fact]
    public async Task A_figure_leads_to_the_messages_it_counts()
    {
        var campaign = await console.RunningAsync();
        await using var session = await console.OpenAsync("linxia", "en");
        await session.GoAsync($"/campaigns/{campaign.Id}");
        var (due, accepted, skipped) = (await NumberAsync(session, ".tile:nth-child(1) .tile-note"), await NumberAsync(session, ".tile:nth-child(1) .tile-value"), await NumberAsync(session, ".tile:nth-child(3) .tile-value"));
        Assert.True(accepted > 3_000 && skipped > 100 && accepted + skipped <= due, $"{accepted} accepted and {skipped} skipped of {due}");

        await session.Page.Locator(".tile").Nth(2).ClickAsync();
        await session.Page.WaitForURLAsync("**state=skipped**");

        Assert.Equal(50, await session.Page.Locator("#messages tbody tr").CountAsync());
        Assert.All(await session.Page.Locator("#messages .pill").AllInnerTextsAsync(), state => Assert.Equal("skipped", state.Trim()));
        await session.Page.Locator("#messages .pager a").ClickAsync();
        await session.Page.WaitForURLAsync("**after=**");
        await session.CheckAsync();
    }

    [Fact]
    public async Task Conversion_and_cost_figures_lead_to_their_events()
    {
        var campaign = await console.RunningAsync();
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync($"/campaigns/{campaign.Id}");
        await session.Page.Locator(".tile").Nth(4).ClickAsync();
        await session.Page.WaitForURLAsync("**events=conversion**");

        Assert.InRange(await session.Page.Locator("#events tbody tr").CountAsync(), 1, 50);
        Assert.All(await session.Page.Locator("#events tbody tr td:nth-child(3)").AllInnerTextsAsync(), arm => Assert.Equal("触达组", arm.Trim()));
        await session.CheckAsync();

        await session.Page.Locator(".tile[href*='events=cost']").ClickAsync();
        await session.Page.WaitForURLAsync("**events=cost**");
        await session.Page.WaitForSelectorAsync("#events");
        await session.CheckAsync();
    }

    [Fact]
    public async Task The_reasons_add_up_to_what_was_not_sent()
    {
        var campaign = await console.RunningAsync();
        await using var session = await console.OpenAsync("chenli");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");

        var skipped = await NumberAsync(session, ".tile:nth-child(4) .tile-value") + await NumberAsync(session, ".tile:nth-child(6) .tile-value");
        var sums = await session.Page.Locator("tfoot td.num").AllInnerTextsAsync();
        var reasons = await session.Page.Locator("tfoot").Locator("xpath=../tbody//td[contains(@class,'num')]").AllInnerTextsAsync();

        Assert.Equal(skipped, sums.Sum(Number));
        Assert.Equal(skipped, reasons.Sum(Number));
    }

    [Fact]
    public async Task Why_a_customer_got_nothing_is_answered_phase_by_phase()
    {
        var campaign = await console.RunningAsync();
        await using var session = await console.OpenAsync("shenning");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=ledger&state=skipped");

        await session.Page.Locator("#messages a.row-link").First.ClickAsync();
        await session.Page.WaitForURLAsync("**customer=**");

        var answer = await session.Page.Locator("#why table").InnerTextAsync();
        Assert.Contains("触达组", answer, StringComparison.Ordinal);
        Assert.Contains("跳过", answer, StringComparison.Ordinal);
        Assert.Contains("不发送", answer, StringComparison.Ordinal);
        await session.Page.FillAsync("#customer", "nobody");
        await session.Page.Locator("#why form button").ClickAsync();
        await session.Page.WaitForSelectorAsync("#why [role=alert]");
    }

    [Fact]
    public async Task Results_stand_beside_pace_and_holdout()
    {
        var campaign = await console.RunningAsync();
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=results");

        var page = await session.Page.InnerTextAsync("main");
        Assert.Contains("37 / 2,4", page, StringComparison.Ordinal);
        Assert.Contains("按节奏应为", page, StringComparison.Ordinal);
        // The chart is drawn after the page is there.
        await Microsoft.Playwright.Assertions.Expect(session.Page.Locator(".chart-canvas svg path[stroke-width='2.25'], .chart-canvas svg path[stroke-dasharray]")).ToHaveCountAsync(3, new() { Timeout = 30_000 });
        Assert.Contains("退订率", page, StringComparison.Ordinal);
        Assert.Contains("0.5%", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_campaign_tells_what_it_taught()
    {
        var campaign = await console.ClosedAsync();
        await using var session = await console.OpenAsync("chenli");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=retrospective");

        Assert.Equal(4, await session.Page.Locator(".grai .panel").CountAsync());
        var page = await session.Page.InnerTextAsync("main");
        Assert.Contains("p = ", page, StringComparison.Ordinal);
        Assert.Contains("利息券对 61–120 天未借款客户更有效", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_tab_shows_before_and_after_and_hands_out_a_pack_that_verifies()
    {
        var campaign = await console.AwaitingAsync();
        await using var session = await console.OpenAsync("zhengming");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=audit&what=brief-edited");
        Assert.Contains("审计链完好", await session.Page.InnerTextAsync(".notice"), StringComparison.Ordinal);

        await session.Page.Locator(".audit-more summary").First.ClickAsync();

        Assert.NotEqual(0, await session.Page.Locator(".audit-more[open] ins").CountAsync());
        await session.CheckAsync();
        var download = await session.Page.RunAndWaitForDownloadAsync(() => session.Page.Locator(".notice button[type=submit]").ClickAsync());
        Assert.Equal($"{campaign.Code}-evidence.zip", download.SuggestedFilename);
        await using var zip = File.OpenRead(await download.PathAsync());
        Assert.Empty(EvidenceCheck.Check(zip).Findings);
    }

    private static async Task<long> NumberAsync(ConsoleSession session, string selector) => Number(await session.Page.Locator(selector).First.InnerTextAsync());

    private static long Number(string text) => NoDigits().Replace(text, "") is { Length: > 0 } digits ? long.Parse(digits, CultureInfo.InvariantCulture) : 0;
}
