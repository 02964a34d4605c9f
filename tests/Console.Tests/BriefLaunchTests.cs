using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Time;

namespace Orchestrator.Console.Tests;

[Collection(nameof(MovedClock))]
public sealed class BriefLaunchTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_brief_written_in_the_form_is_submitted_and_its_launched_phase_shows_its_steps()
    {
        var campaign = await console.Campaigns.CreateAsync("瀑布式触达上线", 140);
        var starts = TimeZoneInfo.ConvertTime(console.Services.GetRequiredService<BusinessClock>().GetUtcNow().AddHours(2), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        await using var owner = await console.OpenAsync("linxia");
        var page = owner.Page;
        await owner.GoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.OpenAsync(page, ".more-list");
        await page.FillAsync("[name='phases[0].link.target']", "https://not-ours.example/");
        await page.FillAsync("[name='phases[0].date']", $"{starts:yyyy-MM-dd}");
        await page.FillAsync("[name='phases[0].time']", $"{starts:HH:mm}");
        await BriefForm.AddAsync(page, "phases[0].steps");
        Assert.Contains("白名单", await page.InnerTextAsync("#phase-0 [data-off-list]"), StringComparison.Ordinal);
        await page.FillAsync("[name='phases[0].steps[0].afterHours']", "6");
        await page.Locator("[name='phases[0].steps[0].channels']").Nth(0).SelectOptionAsync("sms");
        await BriefForm.SaveAsync(page, campaign.Id);

        // A link that leads elsewhere is kept in a draft and refused at submission.
        await SubmitAsync(owner, campaign.Id);
        Assert.Contains("not-ours.example", await (await page.WaitForSelectorAsync("[role=alert]"))!.InnerTextAsync(), StringComparison.Ordinal);
        await owner.GoAsync($"/campaigns/{campaign.Id}/edit");
        await BriefForm.OpenAsync(page, ".more-list");
        Assert.Equal(1, await page.Locator("#phase-0 [data-off-list]").CountAsync());
        await page.FillAsync("[name='phases[0].link.target']", "https://localhost/member-day");
        await page.FillAsync("[name='phases[1].perDay']", "1500");
        await BriefForm.SaveAsync(page, campaign.Id);

        // The forecast says of the step that it is an upper bound, and how many go on which day.
        await owner.GoAsync($"/campaigns/{campaign.Id}?tab=forecast");
        await page.ClickAsync("main .tools button[type=submit]");
        await page.WaitForSelectorAsync("[data-step='1']");
        Assert.Contains("至多", await page.InnerTextAsync("[data-step='1']"), StringComparison.Ordinal);
        Assert.Contains("1,500 人", await page.Locator("[data-waves] div").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(2, await page.Locator("[data-waves] div").CountAsync());
        await owner.CheckAsync();
        await owner.PictureAsync("forecast-steps-zh-CN", full: true);
        await SubmitAsync(owner, campaign.Id);
        await page.WaitForURLAsync("**/inbox");

        await console.Campaigns.CompleteAsync(campaign.Id, "review-brief", "approve", "chenli");
        foreach (var (element, outcome, user) in new[] { ("risk-sign", "approve", "zhouheng"), ("compliance-sign", "approve", "shenning"), ("consumer-protection-sign", "approve", "xulan"), ("finance-sign", "approve", "gaomin"), ("configure", null, "majun"), ("test-send", null, "hejing") })
            await console.Campaigns.CompleteAsync(campaign.Id, element, outcome, user);
        await using var launcher = await console.OpenAsync("hanxue");
        await launcher.GoAsync($"/tasks/{await console.Campaigns.TaskAsync(campaign.Id, "launch-check")}");
        await launcher.Page.FillAsync("[name='data.startTime']", "2026-12-01T10:00");
        await launcher.Page.FillAsync("[name='data.dutyOfficer']", "韩雪");
        await DecideAsync(launcher.Page, "launch");
        await launcher.Page.WaitForURLAsync("**/inbox");
        var clock = console.Services.GetRequiredService<DemoWorkspace>();
        try
        {
            await clock.SetClockAsync(starts.AddMinutes(1), TestContext.Current.CancellationToken);
            await console.Campaigns.ReachoutsAsync(campaign.Id);
            await owner.GoAsync($"/campaigns/{campaign.Id}");
            await page.WaitForSelectorAsync("#running tr.is-step");
            Assert.Contains("未送达，6 小时后", await page.InnerTextAsync("#running tr.is-step"), StringComparison.Ordinal);
            Assert.Contains("短信", await page.InnerTextAsync("#running tr.is-step"), StringComparison.Ordinal);
            await owner.CheckAsync();
            await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
            await owner.CheckAsync();
        }
        finally
        {
            await clock.SetClockAsync(null, CancellationToken.None);
        }
    }

    private async Task SubmitAsync(ConsoleSession session, Guid campaign)
    {
        await session.GoAsync($"/tasks/{await console.Campaigns.TaskAsync(campaign, "write-brief")}");
        await DecideAsync(session.Page, "submit");
    }

    private static async Task DecideAsync(IPage page, string outcome)
    {
        foreach (var box in await page.Locator(".sign-side input[type=checkbox]").AllAsync())
            await box.CheckAsync();
        foreach (var area in await page.Locator(".sign-side textarea[name^='data.']").AllAsync())
            await area.FillAsync("已核对");
        await page.CheckAsync($"input[name=outcome][value={outcome}]");
        await page.ClickAsync(".sign-side button[type=submit].btn-primary");
    }
}
