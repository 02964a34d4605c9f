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
        foreach (var (user, path, name) in new[]
        {
            ("linxia", "/", "home-owner"),
            ("chenli", "/", "home-business-head"),
            ("shenning", "/", "home-compliance"),
            ("majun", "/", "home-platform"),
            ("linxia", "/campaigns", "board"),
            ("linxia", $"/campaigns/{campaign.Id}", "campaign"),
            ("linxia", $"/campaigns/{campaign.Id}?tab=package", "package"),
            ("linxia", $"/campaigns/{campaign.Id}?tab=diagram", "diagram"),
            ("xulan", "/inbox?box=open", "inbox"),
            ("tangwei", "/decisions", "decisions"),
        })
        {
            await using var session = await console.OpenAsync(user, language);
            await session.GoAsync(path);
            await session.PictureAsync($"{name}-{suffix}");
        }
        var changed = await console.Campaigns.ChangedAfterSigningAsync("会员日·老客利息礼遇", suffix == "zh" ? 56 : 63);
        await using var signer = await console.OpenAsync("shenning", language);
        await signer.GoAsync($"/tasks/{await console.Campaigns.TaskAsync(changed.Id, "compliance-sign")}");
        await signer.PictureAsync($"approval-{suffix}");
        await using var phone = await console.OpenAsync("xulan", language, 390);
        await phone.GoAsync("/inbox?box=open");
        await phone.PictureAsync($"phone-{suffix}");
    }
}
