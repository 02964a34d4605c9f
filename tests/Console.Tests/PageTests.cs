using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class PageTests(ConsoleFixture console)
{
    // Who opens what; {c} is a campaign that waits for sign-off.
    public static readonly TheoryData<string, string> Pages = new()
    {
        { "linxia", "/" },
        { "linxia", "/inbox" },
        { "linxia", "/campaigns" },
        { "linxia", "/campaigns?show=over" },
        { "linxia", "/campaigns/new" },
        { "linxia", "/campaigns/new?from={c}" },
        { "linxia", "/campaigns/{c}" },
        { "linxia", "/campaigns/{c}?tab=brief" },
        { "linxia", "/campaigns/{c}?tab=package" },
        { "linxia", "/campaigns/{c}?tab=diagram" },
        { "linxia", "/campaigns/{c}?tab=tasks" },
        { "linxia", "/campaigns/{c}?tab=forecast" },
        { "linxia", "/campaigns/{c}?tab=ledger" },
        { "linxia", "/campaigns/{c}?tab=results" },
        { "linxia", "/campaigns/{c}?tab=retrospective" },
        { "linxia", "/campaigns/{c}?tab=audit" },
        { "linxia", "/campaigns/{c}/edit" },
        { "linxia", "/calendar" },
        { "linxia", "/lessons" },
        { "linxia", "/segments" },
        { "linxia", "/segments/dormant-returning" },
        { "shenning", "/" },
        { "shenning", "/inbox?box=open" },
        { "shenning", "/inbox?box=done" },
        { "shenning", "/sending" },
        { "shenning", "/audit" },
        { "shenning", "/customers" },
        { "majun", "/" },
        { "majun", "/incidents" },
        { "shenning", "/legal-limits" },
        { "shenning", "/send-rules" },
        { "shenning", "/confirmations" },
        { "shenning", "/send-rules/reply-rules" },
        { "shenning", "/send-rules/quiet-hours" },
        { "majun", "/send-rules/provider-policy" },
        { "tangwei", "/send-rules/global-holdout" },
        { "tangwei", "/send-rules/staff-reminders" },
        { "majun", "/channels" },
        { "majun", "/channels/new" },
        { "majun", "/channels/new?provider=http-gateway" },
        { "majun", "/sandbox" },
        { "linxia", "/segments/dormant-returning/edit" },
        { "tangwei", "/sops" },
        { "tangwei", "/decisions" },
        { "admin", "/users" },
        { "admin", "/users/new" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_opens_in_both_languages_on_a_desk_and_on_a_phone(string user, string path)
    {
        var campaign = await console.ShownAsync();
        foreach (var (language, width) in new[] { ("zh-CN", 1280), ("en", 390) })
        {
            await using var session = await console.OpenAsync(user, language, width);

            var response = await session.GoAsync(path.Replace("{c}", campaign.Id.ToString(), StringComparison.Ordinal));

            Assert.Equal(200, response.Status);
            await session.CheckAsync();
        }
    }

    [Fact]
    public async Task A_page_for_other_roles_says_so()
    {
        await using var session = await console.OpenAsync("linxia");

        var response = await session.GoAsync("/users");

        Assert.Equal(403, response.Status);
        Assert.Contains("没有权限", await session.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await session.CheckAsync();
    }

    [Fact]
    public async Task A_page_that_does_not_exist_says_so()
    {
        await using var session = await console.OpenAsync("linxia", "en");

        var response = await session.GoAsync("/campaigns/00000000-0000-0000-0000-000000000000");
        Assert.Equal(404, response.Status);
        await session.CheckAsync();
        response = await session.GoAsync("/no-such-page");

        Assert.Equal(404, response.Status);
        Assert.Contains("Not found", await session.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await session.CheckAsync();
    }

    [Fact]
    public async Task Assets_are_compressed_and_kept_for_good()
    {
        using var http = new HttpClient(new HttpClientHandler { AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = new Uri(console.Address) };
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");

        using var icons = await http.GetAsync("/assets/icons.svg", TestContext.Current.CancellationToken);
        using var unknown = await http.GetAsync("/assets/.vite/manifest.json", TestContext.Current.CancellationToken);

        Assert.Equal("gzip", icons.Content.Headers.ContentEncoding.Single());
        Assert.Contains("immutable", icons.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
    }
}
