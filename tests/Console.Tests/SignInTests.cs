using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class SignInTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_wrong_password_is_refused_with_a_reason()
    {
        await using var session = await console.OpenAsync(language: "en");
        await session.GoAsync("/sign-in");

        await session.Page.FillAsync("#user-name", "linxia");
        await session.Page.FillAsync("#password", "not the password");
        await session.Page.ClickAsync("main button[type=submit].btn-primary");

        await session.Page.WaitForSelectorAsync("[role=alert]");
        Assert.Equal("linxia", await session.Page.InputValueAsync("#user-name"));
        await session.CheckAsync();
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_comes_back_to_the_page_they_wanted()
    {
        await using var session = await console.OpenAsync();
        await session.GoAsync("/calendar");
        Assert.Contains("/sign-in", session.Page.Url, StringComparison.Ordinal);

        await session.Page.ClickAsync("main button[name=user][value=linxia]");
        await session.Page.WaitForURLAsync("**/calendar");
    }

    [Fact]
    public async Task The_language_is_chosen_by_the_browser_and_can_be_switched()
    {
        await using var session = await console.OpenAsync("linxia", "en");
        await session.GoAsync("/campaigns");
        Assert.Contains("Board", await session.Page.InnerTextAsync("h1"), StringComparison.Ordinal);

        await session.Page.ClickAsync(".side-foot summary");
        await session.Page.ClickAsync(".side button[name=language][value='zh-CN']");

        await session.Page.WaitForSelectorAsync("html[lang='zh-CN']");
        Assert.Contains("活动看板", await session.Page.InnerTextAsync("h1"), StringComparison.Ordinal);
        Assert.EndsWith("/campaigns", session.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_request_may_not_become_a_demo_user()
    {
        using var http = new HttpClient { BaseAddress = new Uri(console.Address) };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "10.0.0.1");

        var page = await http.GetStringAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("value=\"linxia\"", page, StringComparison.Ordinal);
    }
}
