using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Identity;

public sealed class IdentityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_gets_in_without_signing_in_and_only_admins_manage_users()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var anonymous = host.Anonymous();
        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var admin = await host.SignInAsync("root", Role.Admin);

        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/api/v1/users", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.GetAsync("/api/v1/users", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/users", Token)).StatusCode);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var _ = await host.SignInAsync("lin", Role.Owner);
        using var client = host.Anonymous();

        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsJsonAsync("/api/v1/session", new SignInRequest("lin", "wrong password"), Token)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsJsonAsync("/api/v1/session", new SignInRequest("lin", TestHost.Password), Token)).StatusCode);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_disabled_user_is_out_at_the_next_request(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var lin = await host.SignInAsync("lin", Role.Owner);
        using var admin = await host.SignInAsync("root", Role.Admin);
        var user = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/users", Token)).EnumerateArray().Single(row => row.GetProperty("userName").GetString() == "lin");
        var path = $"/api/v1/users/{user.GetProperty("id").GetString()}";
        var change = new UserChange("lin", null, null, null, [Role.Owner], IsDisabled: true);

        Assert.Equal(HttpStatusCode.PreconditionRequired, (await admin.PutAsJsonAsync(path, change, Token)).StatusCode);
        admin.DefaultRequestHeaders.IfMatch.ParseAdd("\"7\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await admin.PutAsJsonAsync(path, change, Token)).StatusCode);
        admin.DefaultRequestHeaders.IfMatch.Clear();
        admin.DefaultRequestHeaders.IfMatch.ParseAdd("\"1\"");
        Assert.Equal(HttpStatusCode.OK, (await admin.PutAsJsonAsync(path, change, Token)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await lin.GetAsync("/api/v1/session", Token)).StatusCode);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_same_idempotency_key_creates_once_and_answers_alike(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var admin = await host.SignInAsync("root", Role.Admin);
        admin.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        var body = new NewUser("zhou", "周衡", "Zhou Heng", null, null, TestHost.Password, [Role.Risk]);

        using var first = await admin.PostAsJsonAsync("/api/v1/users", body, Token);
        using var second = await admin.PostAsJsonAsync("/api/v1/users", body, Token);
        using var other = await admin.PostAsJsonAsync("/api/v1/users", body with { UserName = "xu" }, Token);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task A_cookie_request_from_another_site_changes_nothing()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var admin = await host.SignInAsync("root", Role.Admin);
        admin.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        using var reply = await admin.PostAsJsonAsync("/api/v1/users", new NewUser("zhou", "周衡", null, null, null, null, []), Token);

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
    }

    [Fact]
    public async Task Unknown_members_and_roles_are_refused_with_the_field_named()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var admin = await host.SignInAsync("root", Role.Admin);

        using var malformed = await admin.PostAsJsonAsync("/api/v1/users", new { userName = "x1", displayName = "x", roles = Array.Empty<string>(), isRoot = true }, Token);
        using var wrong = await admin.PostAsJsonAsync("/api/v1/users", new NewUser("x1", "", null, null, null, "short", ["king"]), Token);

        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        Assert.Contains("isRoot", await malformed.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var fields = (await wrong.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString());
        Assert.Equal(["displayName", "roles", "password"], fields);
    }
}
