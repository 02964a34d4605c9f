using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Time;

namespace Orchestrator.Console.Tests;

/// <summary>The pictures of docs and README. Rendered with every run; written when ORCHESTRATOR_PICTURES is set.</summary>
public sealed class PictureTests(ConsoleFixture console)
{
    [Theory]
    [InlineData("zh-CN", "zh")]
    [InlineData("en", "en")]
    public async Task The_first_screens_are_drawn(string language, string suffix)
    {
        var campaign = await console.ShownAsync();
        var (running, closed, edited) = (await console.RunningAsync(), await console.ClosedAsync(), await console.AwaitingAsync());
        var changed = await console.Campaigns.ChangedAfterSigningAsync(suffix == "zh" ? "年货节·老客利息礼遇" : "春季·老客利息礼遇", suffix == "zh" ? 56 : 63);
        await HaveRulesAsync();
        foreach (var (user, path, name) in new[]
        {
            ("linxia", "/", "home-owner"),
            ("chenli", "/", "home-business-head"),
            ("shenning", "/", "home-compliance"),
            ("zhouheng", "/", "home-risk"),
            ("majun", "/", "home-platform"),
            ("linxia", "/campaigns", "board"),
            ("linxia", $"/campaigns/{campaign.Id}", "campaign"),
            ("linxia", $"/campaigns/{campaign.Id}?tab=package", "package"),
            ("linxia", $"/campaigns/{campaign.Id}?tab=diagram", "diagram"),
            ("linxia", $"/campaigns/{running.Id}", "running"),
            ("linxia", $"/campaigns/{running.Id}?tab=ledger", "sends"),
            ("linxia", $"/campaigns/{running.Id}?tab=results", "results"),
            ("chenli", $"/campaigns/{closed.Id}?tab=retrospective", "retrospective"),
            ("zhengming", $"/campaigns/{edited.Id}?tab=audit", "audit"),
            ("xulan", "/inbox?box=open", "inbox"),
            ("tangwei", "/decisions", "decisions"),
            ("shenning", "/send-rules", "send-rules"),
            ("majun", "/ledger-months", "ledger-months"),
        })
        {
            await using var session = await console.OpenAsync(user, language);
            await session.GoAsync(path);
            await session.PictureAsync($"{name}-{suffix}");
        }
        await using var signer = await console.OpenAsync("shenning", language);
        await signer.GoAsync($"/tasks/{await console.Campaigns.TaskAsync(changed.Id, "compliance-sign")}");
        await signer.PictureAsync($"sign-off-{suffix}");
        await using var pocket = await console.OpenAsync("linxia", language, 390);
        await pocket.GoAsync($"/campaigns/{running.Id}");
        await pocket.PictureAsync($"phone-running-{suffix}");
        await using var phone = await console.OpenAsync("xulan", language, 390);
        await phone.GoAsync("/inbox?box=open");
        await phone.PictureAsync($"phone-{suffix}");
    }

    /// <summary>One rule to come and one that waits for its second person; neither holds while tests run.</summary>
    private async Task HaveRulesAsync()
    {
        var (rules, token) = (console.Services.GetRequiredService<DatedRules>(), TestContext.Current.CancellationToken);
        if ((await rules.ListAsync("staff-reminders", token)).Value.Any())
            return;
        var now = console.Services.GetRequiredService<BusinessClock>().GetUtcNow();
        var from = new DateOnly(now.Year, now.Month, 1).AddMonths(2);
        async Task<Guid> EnterAsync(string kind, object value, string source, string user) =>
            (await rules.ProposeAsync(kind, new NewDatedRule("all", from, JsonSerializer.SerializeToElement(value), source), await console.Campaigns.ActorAsync(user), token)).Value.Id;
        var reminders = await EnterAsync("staff-reminders", new { times = 2, hours = 24 }, "减少对客户经理的打扰", "majun");
        Assert.Null((await rules.PublishAsync("staff-reminders", reminders, await console.Campaigns.ActorAsync("shenning"), token)).Refusal);
        await EnterAsync("global-holdout", new { percent = 2, period = "quarter" }, "年度增量测算方案", "chenli");
    }
}
