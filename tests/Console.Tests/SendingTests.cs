using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;

namespace Orchestrator.Console.Tests;

/// <summary>Moves the workspace's clock, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(MovedClock), DisableParallelization = true)]
public sealed class MovedClock;

[Collection(nameof(MovedClock))]
public sealed class SendingTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_wording_is_stopped_everywhere_from_the_first_screen()
    {
        await using var reviewer = await console.OpenAsync("shenning", "en");
        await reviewer.GoAsync("/");
        await reviewer.Page.ClickAsync("[data-dialog=hold-all]");
        Assert.Equal("all", await reviewer.Page.InputValueAsync("#hold-all-scope"));
        Assert.Equal(1, await reviewer.Page.Locator("#hold-all-scope option[value='channel:sms']").CountAsync());
        await reviewer.Page.SelectOptionAsync("#hold-all-scope", "wording");
        await reviewer.CheckAsync();
        await reviewer.Page.FillAsync("#hold-all-reason", "Word of the regulator");
        await reviewer.Page.ClickAsync("#hold-all button[type=submit]");
        await reviewer.Page.WaitForSelectorAsync("[role=alert]");

        await reviewer.Page.ClickAsync("[data-dialog=hold-all]");
        await reviewer.Page.SelectOptionAsync("#hold-all-scope", "wording");
        await reviewer.Page.FillAsync("#hold-all-words", "稳赚不赔");
        await reviewer.Page.FillAsync("#hold-all-reason", "Word of the regulator");
        await reviewer.Page.ClickAsync("#hold-all button[type=submit]");
        await reviewer.Page.WaitForSelectorAsync(".toast-note");

        Assert.Equal("Stopped texts that say “稳赚不赔”: 0 sent · 0 held · 0 in flight", (await reviewer.Page.TextContentAsync(".toast-note span"))!.Trim());
        await using var other = await console.OpenAsync("zhouheng");
        await other.GoAsync("/sending");
        var row = other.Page.Locator("tr", new() { HasText = "含「稳赚不赔」的文案" });
        Assert.Contains("Word of the regulator", await row.InnerTextAsync(), StringComparison.Ordinal);
        await other.CheckAsync();
        await row.Locator("input[name=reason]").FillAsync("查过了");
        await row.Locator("button[type=submit]").ClickAsync();
        await other.Page.WaitForSelectorAsync(".toast-note");
        Assert.Equal(0, await row.CountAsync());
    }

    [Fact]
    public async Task An_account_is_stopped_for_every_campaign_and_another_person_lets_it_go_on()
    {
        await using var reviewer = await console.OpenAsync("shenning");
        await reviewer.GoAsync("/sending");
        await reviewer.Page.ClickAsync("[data-dialog=hold-all]");
        var account = reviewer.Page.Locator("#hold-all-scope option[value^='account:']").First;
        var name = (await account.InnerTextAsync()).Trim();
        await reviewer.Page.SelectOptionAsync("#hold-all-scope", (await account.GetAttributeAsync("value"))!);
        await reviewer.Page.FillAsync("#hold-all-reason", "服务商通报账号异常");
        await reviewer.Page.ClickAsync("#hold-all button[type=submit]");
        await reviewer.Page.WaitForSelectorAsync(".toast-note");
        Assert.StartsWith($"已叫停{name}：", (await reviewer.Page.TextContentAsync(".toast-note span"))!.Trim(), StringComparison.Ordinal);
        var mine = reviewer.Page.Locator("tr", new() { HasText = "服务商通报账号异常" });
        Assert.Contains(name, await mine.InnerTextAsync(), StringComparison.Ordinal);
        await reviewer.CheckAsync();

        await using var other = await console.OpenAsync("zhouheng");
        await other.GoAsync("/sending");
        var row = other.Page.Locator("tr", new() { HasText = "服务商通报账号异常" });
        await row.Locator("input[name=reason]").FillAsync("服务商已恢复");
        await row.Locator("button[type=submit]").ClickAsync();
        await other.Page.WaitForSelectorAsync(".toast-note");
        Assert.Equal(0, await row.CountAsync());
    }

    [Fact]
    public async Task Paused_and_held_nothing_leaves_and_what_is_kept_back_is_counted_live()
    {
        var campaign = await console.RunningAsync();
        var brief = campaign.Brief();
        var clock = console.Services.GetRequiredService<DemoWorkspace>();
        await StopOneReachoutAsync(campaign);
        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}");
        var before = await owner.Page.InnerTextAsync("#running .tile:nth-child(1) .tile-value");

        // The owner pauses; then the time of the last reach-out comes.
        Assert.True(await owner.Page.Locator("[data-dialog=pause-campaign]").CountAsync() == 1, $"It can be paused: {await owner.Page.InnerTextAsync("main")}");
        await GiveReasonAsync(owner, "pause-campaign", "先停一停");
        await owner.Page.WaitForSelectorAsync("#sending-notice .is-warn");
        Assert.Contains("先停一停", await owner.Page.InnerTextAsync("#sending-notice"), StringComparison.Ordinal);
        await owner.CheckAsync();
        await using var reviewer = await console.OpenAsync("shenning", "en");
        await reviewer.GoAsync($"/campaigns/{campaign.Id}");
        try
        {
            await clock.SetClockAsync(DemoStory.PhaseAt(brief, brief.Phases[2]).AddSeconds(2), TestContext.Current.CancellationToken);
            await HeldAtLeastAsync(reviewer, 2_000);

            // Compliance holds: the owner can neither go on nor lift it, another person can, and what was paused before is paused again.
            await reviewer.GoAsync("/");
            await GiveReasonAsync(reviewer, $"hold-{campaign.Id:N}", "Wrong rate in the third text");
            await reviewer.Page.WaitForURLAsync($"**/campaigns/{campaign.Id}");
            await reviewer.Page.WaitForSelectorAsync("#sending-notice .is-bad");
            Assert.Contains("sent", await reviewer.Page.InnerTextAsync(".toast-note"), StringComparison.Ordinal);
            await owner.GoAsync($"/campaigns/{campaign.Id}");
            await owner.Page.WaitForSelectorAsync("#sending-notice .is-bad");
            await HeldAtLeastAsync(owner, 2_000);
            Assert.Equal(before, await owner.Page.InnerTextAsync("#running .tile:nth-child(1) .tile-value"));
            Assert.Equal(0, await owner.Page.Locator("[data-dialog=lift-hold], form:has(input[value=resume])").CountAsync());

            await using var other = await console.OpenAsync("zhouheng");
            await other.GoAsync($"/campaigns/{campaign.Id}");
            await GiveReasonAsync(other, "lift-hold", "文案核对无误");
            await other.Page.WaitForSelectorAsync(".toast-note");

            await owner.GoAsync($"/campaigns/{campaign.Id}");
            await owner.Page.ClickAsync("form:has(input[value=resume]) button[type=submit]");

            // The reviewer's page is not touched: its counters move by themselves.
            await reviewer.Page.WaitForFunctionAsync("before => document.querySelector('#running .tile:nth-child(1) .tile-value').textContent !== before", before, new() { Timeout = 60_000 });

            // What is left is ended for good.
            await owner.GoAsync($"/campaigns/{campaign.Id}");
            await owner.Page.ClickAsync(".menu > summary");
            await GiveReasonAsync(owner, "stop-sending", "库存已领完");
            await owner.Page.WaitForSelectorAsync(".toast-note:has-text('已终止')");
            Assert.Matches("已终止：已发 [0-9,]+ · 未发 [0-9,]+ · 在途 [0-9,]+", await owner.Page.TextContentAsync(".toast-note span"));
        }
        finally
        {
            await clock.SetClockAsync(null, CancellationToken.None);
        }
    }

    // A single reach-out is stopped, and the rest of the campaign goes on.
    private async Task StopOneReachoutAsync(Campaign campaign)
    {
        await using var reviewer = await console.OpenAsync("shenning");
        await reviewer.GoAsync($"/campaigns/{campaign.Id}");
        await reviewer.Page.ClickAsync("[data-dialog=hold-campaign]");
        await reviewer.CheckAsync();
        Assert.False(await reviewer.Page.IsVisibleAsync("#hold-campaign-words"));
        var groups = await reviewer.Page.Locator("#hold-campaign-scope optgroup").EvaluateAllAsync<string[]>("all => all.map(group => group.label)");
        Assert.Equal(["本活动", "渠道（所有活动）", "渠道账号（所有活动）", "文案（所有使用它的活动）", "措辞（所有文案）"], groups);
        Assert.Equal(4, await reviewer.Page.Locator("#hold-campaign-scope option[value^='channel:']").CountAsync());

        var last = reviewer.Page.Locator("#hold-campaign-scope option[value^='reachout:']").Last;
        await reviewer.Page.SelectOptionAsync("#hold-campaign-scope", (await last.GetAttributeAsync("value"))!);
        await reviewer.Page.FillAsync("#hold-campaign-reason", "第三条文案待核对");
        await reviewer.Page.ClickAsync("#hold-campaign button[type=submit]");
        await reviewer.Page.WaitForSelectorAsync("#sending-notice .is-bad");

        Assert.Matches("已叫停.*触达.*：已发 0 · 拦下 [0-9,]+ · 在途 0|已叫停.*：已发 [0-9,]+ · 拦下 0 · 在途 0", (await reviewer.Page.TextContentAsync(".toast-note span"))!);
        Assert.Contains("叫停了", await reviewer.Page.InnerTextAsync("#sending-notice"), StringComparison.Ordinal);
        Assert.DoesNotContain("已叫停", await reviewer.Page.InnerTextAsync(".page-head"), StringComparison.Ordinal);
        await using var other = await console.OpenAsync("zhouheng");
        await other.GoAsync($"/campaigns/{campaign.Id}");
        await other.Page.ClickAsync("[data-dialog^=lift-hold]");
        await other.Page.FillAsync("dialog[open] textarea", "核对无误");
        await other.Page.ClickAsync("dialog[open] button[type=submit]");
        await other.Page.WaitForSelectorAsync(".toast-note");
        Assert.Equal(0, await other.Page.Locator("#sending-notice .is-bad").CountAsync());
    }

    private static async Task GiveReasonAsync(ConsoleSession session, string dialog, string reason)
    {
        await session.Page.ClickAsync($"[data-dialog={dialog}]");
        await session.Page.FillAsync($"#{dialog}-reason", reason);
        await session.Page.ClickAsync($"#{dialog} button[type=submit]");
        await session.Page.WaitForFunctionAsync("() => document.readyState === 'complete'");
    }

    // Second figure of the notice: kept back. Never reloaded by the test.
    private static async Task HeldAtLeastAsync(ConsoleSession session, int count) =>
        await session.Page.WaitForFunctionAsync("count => Number((document.querySelectorAll('#sending-notice .stat-line b')[1]?.textContent ?? '0').replace(/[^0-9]/g, '')) >= count", count, new() { Timeout = 60_000 });
}
