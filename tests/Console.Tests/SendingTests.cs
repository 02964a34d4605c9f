using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Demo;

namespace Orchestrator.Console.Tests;

/// <summary>Moves the workspace's clock, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(MovedClock), DisableParallelization = true)]
public sealed class MovedClock;

[Collection(nameof(MovedClock))]
public sealed class SendingTests(ConsoleFixture console)
{
    [Fact]
    public async Task Paused_and_held_nothing_leaves_and_what_is_kept_back_is_counted_live()
    {
        var campaign = await console.RunningAsync();
        var brief = campaign.Brief();
        var clock = console.Services.GetRequiredService<DemoWorkspace>();
        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}");
        var before = await owner.Page.InnerTextAsync("#running .tile:nth-child(1) .tile-value");

        // The owner pauses; then the time of the last reach-out comes.
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
            await GiveReasonAsync(reviewer, "hold-campaign", "Wrong rate in the third text");
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
        }
        finally
        {
            await clock.SetClockAsync(null, CancellationToken.None);
        }
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
