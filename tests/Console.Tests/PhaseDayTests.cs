using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Console.Tests;

/// <summary>A phase of the brief's form is due on a day, or so many days from the launch: one select says which counts.</summary>
public sealed class PhaseDayTests(ConsoleFixture console)
{
    private const string Days = "[name='phases[0].daysFromLaunch']";

    [Theory]
    [InlineData("zh-CN", 1280, true)]
    [InlineData("en", 390, true)]
    [InlineData("zh-CN", 1280, false)]
    public async Task A_phase_is_set_relative_to_the_launch_refused_at_its_field_saved_and_moves_with_the_first_day(string language, int width, bool script)
    {
        var campaign = await console.Campaigns.CreateAsync($"相对上线日 {language} {script}", 110);
        var start = campaign.Brief().Window.Start;
        await using var session = await console.OpenAsync("linxia", language, width, script);
        var page = session.Page;
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        Assert.False(await page.IsVisibleAsync(Days));

        await page.SelectOptionAsync("[name='phases[0].due']", "launch");
        Assert.True(await page.IsVisibleAsync(Days));
        Assert.False(await page.IsVisibleAsync("[name='phases[0].date']"));
        Assert.Equal("-3", await page.InputValueAsync(Days));   // as far as its day is now
        await page.FillAsync(Days, "99");
        await BriefForm.PressAsync(page, ".form-foot button[type=submit]");
        await page.WaitForSelectorAsync($"{Days}[aria-invalid=true]");
        if (script)
            await session.CheckAsync();
        await page.FillAsync(Days, "-5");
        if (script)
        {
            await page.FillAsync("[name='window.start']", $"{start.AddDays(1):yyyy-MM-dd}");
            await page.PressAsync("[name='window.start']", "Tab");
            await page.Locator($"#due-at-0 time[datetime^='{start.AddDays(-4):yyyy-MM-dd}T10:00']").WaitForAsync();
            Assert.Contains("T-5", await page.InnerTextAsync("#due-at-0"), StringComparison.Ordinal);
            await page.FillAsync("[name='window.start']", $"{start:yyyy-MM-dd}");
        }
        await BriefForm.SaveAsync(page, campaign.Id);

        var phases = (await BriefAsync(campaign.Id)).Phases;
        Assert.Equal((-5, start.AddDays(-5)), (phases[0].DaysFromLaunch, phases[0].Date));
        Assert.Equal((null, campaign.Brief().Phases[1].Date), (phases[1].DaysFromLaunch, phases[1].Date));
        await page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        Assert.Equal(("launch", "-5"), (await page.InputValueAsync("[name='phases[0].due']"), await page.InputValueAsync(Days)));
        Assert.Contains("T-5", await page.InnerTextAsync("#due-at-0"), StringComparison.Ordinal);
        await page.FillAsync("[name='window.start']", $"{start.AddDays(2):yyyy-MM-dd}");
        await BriefForm.SaveAsync(page, campaign.Id);
        Assert.Equal([start.AddDays(-3), campaign.Brief().Phases[1].Date], (await BriefAsync(campaign.Id)).Phases.Take(2).Select(phase => phase.Date));
        await page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("(T-5)", await page.InnerTextAsync("#part-schedule"), StringComparison.Ordinal);
    }

    private async Task<Brief> BriefAsync(Guid campaign) =>
        (await console.Services.GetRequiredService<CampaignQueries>().FindAsync(campaign, TestContext.Current.CancellationToken))!.Brief();
}
