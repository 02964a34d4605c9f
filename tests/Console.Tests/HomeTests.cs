using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class HomeTests(ConsoleFixture console)
{
    public static readonly TheoryData<string, string[]> Homes = new()
    {
        { "linxia", ["Sends today", "Goal against pace", "Retrospectives due", "Member", "Expected"] },
        { "chenli", ["Waiting for you", "Send calendar", "Goal against pace"] },
        { "shenning", ["Sending now", "Complaints and opt-outs", "Registrations running out", "Audit chain"] },
        { "xulan", ["Sending now", "Complaints and opt-outs", "Registrations running out"] },
        { "zhouheng", ["Guardrails near their limit", "Asset-quality look-backs", "Sending now"] },
        { "majun", ["Unknown", "Schedule lag", "Channel health"] },
        { "zhengming", ["Audit chain", "intact"] },
        { "gaomin", ["Waiting for you"] },
        { "fangyi", ["Send calendar", "Goal against pace"] },
        { "tangwei", ["Incidents"] },
    };

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task The_first_screen_shows_what_the_role_watches(string user, string[] shown)
    {
        await console.ShownAsync();
        await using (var desk = await console.OpenAsync(user, "en"))
        {
            await desk.GoAsync("/");
            var page = await desk.Page.InnerTextAsync("main");
            Assert.All(shown.Where(text => text != "Member"), text => Assert.Contains(text, page, StringComparison.Ordinal));
            await desk.CheckAsync();
        }
        await using var phone = await console.OpenAsync(user, "zh-CN", 390);
        await phone.GoAsync("/");
        await phone.CheckAsync();
    }

    [Fact]
    public async Task A_signer_sees_on_the_first_screen_what_changed_since_they_signed()
    {
        await console.Campaigns.ChangedAfterSigningAsync("首页看改动", 70);
        await using var session = await console.OpenAsync("shenning");

        await session.GoAsync("/");

        Assert.Contains(await session.Page.Locator(".work-list li").AllInnerTextsAsync(), line => line.Contains("首页看改动", StringComparison.Ordinal) && line.Contains("上次签署后有改动：文案", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Risk_sees_the_rule_that_fired_and_the_worst_case()
    {
        await console.Campaigns.AwaitingSignOffAsync("首页看定级", 77);
        await using var session = await console.OpenAsync("zhouheng");

        await session.GoAsync("/");

        Assert.Contains(await session.Page.Locator(".work-list li").AllInnerTextsAsync(), line => line.Contains("命中第 7 行", StringComparison.Ordinal) && line.Contains("最坏成本 ¥18,000", StringComparison.Ordinal));
    }
}
