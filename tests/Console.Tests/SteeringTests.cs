using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

/// <summary>What only the API could do before: send back, cancel, test send, texts from the library, lessons read, import.</summary>
public sealed class SteeringTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_campaign_is_sent_back_to_be_signed_anew()
    {
        var campaign = await console.Campaigns.AwaitingSignOffAsync("退回重签", 84);
        await console.Campaigns.CompleteAsync(campaign.Id, "risk-sign", "approve", "zhouheng");
        await using var session = await console.OpenAsync("chenli");
        await session.GoAsync($"/campaigns/{campaign.Id}");

        await session.Page.ClickAsync(".menu > summary");
        await session.Page.ClickAsync("[data-dialog=send-back]");
        await session.CheckAsync();
        await session.Page.SelectOptionAsync("#send-back-to", "review");
        await session.Page.CheckAsync("#send-back input[value=true]");
        await session.Page.FillAsync("#send-back-reason", "目标要重算");
        await session.Page.ClickAsync("#send-back button[type=submit]");
        await session.Page.WaitForURLAsync("**tab=tasks");

        await console.Campaigns.TaskAsync(campaign.Id, "review-brief");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=package");
        Assert.Contains("要求重签", await session.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_is_cancelled_only_with_a_reason()
    {
        var campaign = await console.Campaigns.CreateAsync("取消的活动", 91);
        await using var session = await console.OpenAsync("linxia");
        await session.GoAsync($"/campaigns/{campaign.Id}");
        await OpenCancelAsync(session);
        await session.Page.ClickAsync("#cancel-campaign button[type=submit]");
        await session.Page.WaitForSelectorAsync("[role=alert]");

        await OpenCancelAsync(session);
        await session.Page.FillAsync("#cancel-campaign-reason", "预算收回");
        await session.Page.ClickAsync("#cancel-campaign button[type=submit]");

        await session.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("已取消", await session.Page.InnerTextAsync(".page-head"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_send_goes_to_the_seed_recipients()
    {
        var campaign = await console.RunningAsync();
        await using var session = await console.OpenAsync("majun");
        await session.GoAsync($"/campaigns/{campaign.Id}/test-send");

        await session.Page.SelectOptionAsync("[name=channel]", "sms");
        await session.Page.ClickAsync("main form button[type=submit]");

        await session.Page.WaitForSelectorAsync("#result");
        Assert.All(await session.Page.Locator("#result .pill").AllInnerTextsAsync(), verdict => Assert.Equal("已受理", verdict.Trim()));
        await session.CheckAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Texts_come_from_the_library_and_lessons_are_ticked_as_read(bool script)
    {
        await using var session = await console.OpenAsync("linxia", script: script);
        await session.Page.GotoAsync("/campaigns/new");
        await session.Page.FillAsync("[name=name]", $"带经验的活动 {script}");
        var key = await session.Page.Locator("#library-1 option").Nth(1).GetAttributeAsync("value");

        await session.Page.SelectOptionAsync("#library-1", key!);
        await session.Page.ClickAsync("#phase-1 button[value=texts-1]");
        await session.Page.WaitForURLAsync("**#phase-1");

        var filled = session.Page.Locator("textarea[name='phases[1].texts[4].body']");
        Assert.Contains("{{", await filled.InputValueAsync(), StringComparison.Ordinal);
        Assert.Equal($"带经验的活动 {script}", await session.Page.InputValueAsync("[name=name]"));

        var campaign = await console.Campaigns.CreateAsync($"读过经验 {script}", 98);
        await session.Page.GotoAsync($"/campaigns/{campaign.Id}/edit");
        await session.Page.Locator("#lessons input[type=checkbox]").First.CheckAsync();
        await session.Page.ClickAsync(".form-foot button[type=submit]");
        await session.Page.WaitForURLAsync($"**/campaigns/{campaign.Id}");
        await session.Page.GotoAsync($"/campaigns/{campaign.Id}?tab=brief");
        Assert.Contains("开学季", await session.Page.Locator(".lesson").First.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_shows_its_progress_and_hands_out_what_was_wrong()
    {
        var rows = Enumerable.Range(1, 3_000).Select(i => $"T{i:00000},{(i == 1_500 ? "forty" : "40")}");
        await using var session = await console.OpenAsync("majun");
        await session.GoAsync("/customers/imports");

        await session.Page.SetInputFilesAsync("#file", new Microsoft.Playwright.FilePayload { Name = "客户.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes("external_id,age\n" + string.Join('\n', rows) + "\n") });
        await session.Page.ClickAsync("main form button[type=submit]");

        // Nobody reloads the page: the bar and the counts move by themselves.
        await session.Page.WaitForSelectorAsync("#imports [role=progressbar][aria-valuenow='100']", new() { Timeout = 60_000, State = Microsoft.Playwright.WaitForSelectorState.Attached });
        // By its name, because the list may be drawn anew meanwhile.
        var download = await session.Page.RunAndWaitForDownloadAsync(() => session.Page.ClickAsync("#imports a[download]", new() { Timeout = 60_000 }));
        var report = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Contains("forty", report, StringComparison.Ordinal);
        Assert.Single(report.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.Contains("1501", StringComparison.Ordinal));
        await session.CheckAsync();
    }

    private static async Task OpenCancelAsync(ConsoleSession session)
    {
        await session.Page.ClickAsync(".menu > summary");
        await session.Page.ClickAsync("[data-dialog=cancel-campaign]");
    }
}
