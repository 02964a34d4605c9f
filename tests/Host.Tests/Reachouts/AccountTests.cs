using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class AccountTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_are_made_by_platform_seen_by_few_and_nobody_else_may_touch_them()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        using var made = await CreateAsync(platform);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var account = await made.Content.ReadFromJsonAsync<JsonElement>(Token);
        var path = $"/api/v1/channel-accounts/{account.GetProperty("id").GetString()}";
        Assert.DoesNotContain("simulated-secret", account.ToString(), StringComparison.Ordinal);

        foreach (var role in Role.All.Where(role => role != Role.Platform))
        {
            using var client = await host.SignInAsync($"some-{role}", role);
            var sees = role is Role.Compliance or Role.Admin;
            using var list = await client.GetAsync("/api/v1/channel-accounts", Token);
            using var one = await client.GetAsync(path, Token);
            using var create = await CreateAsync(client);
            using var change = await client.PutAsJsonAsync(path, new { name = "x", provider = "wecom-app", settings = new { } }, Token);
            using var ask = await client.PostAsJsonAsync($"{path}/live-request", new { }, Token);
            Assert.Equal((role, sees ? HttpStatusCode.OK : HttpStatusCode.Forbidden), (role, list.StatusCode));
            Assert.Equal(list.StatusCode, one.StatusCode);
            Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], new[] { create, change, ask }.Select(reply => reply.StatusCode));
            if (role != Role.Compliance)
            {
                using var agree = await client.PostAsJsonAsync($"{path}/live-approval", new { }, Token);
                using var back = await client.PostAsJsonAsync($"{path}/sandbox", new { }, Token);
                Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (agree.StatusCode, back.StatusCode));
            }
        }
        using var nobody = await host.Anonymous().GetAsync("/api/v1/channel-accounts", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_account_of_a_demo_workspace_never_goes_live(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        using var made = await CreateAsync(platform);
        var path = $"/api/v1/channel-accounts/{(await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()}";
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new WorkspaceSetting { Key = DemoWorkspace.Marker, Value = "true" });
                return Task.CompletedTask;
            },
            Token);

        using var asked = await platform.PostAsJsonAsync($"{path}/live-request", new { }, Token);

        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        Assert.Equal("urn:orchestrator:error:demo-sandbox", (await asked.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("type").GetString());
        Assert.Equal("sandbox", (await platform.GetFromJsonAsync<JsonElement>(path, Token)).GetProperty("mode").GetString());
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient client) => client.PostAsJsonAsync(
        "/api/v1/channel-accounts", new { name = "notices", provider = "wecom-app", settings = new { corpId = "ww1", secret = "simulated-secret", agentId = 1 } }, Token);
}
