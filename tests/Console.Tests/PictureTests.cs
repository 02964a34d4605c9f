using Orchestrator.Console.Tests.Support;

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
}
