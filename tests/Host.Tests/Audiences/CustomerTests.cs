using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class CustomerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static object Zhang(string phone = "138 0013 8000", int overdue = 0) => new
    {
        attributes = new Dictionary<string, object?> { ["age"] = 31, ["risk_grade"] = "A", ["overdue_days"] = overdue, ["student"] = false, ["next_due_date"] = "2026-12-05" },
        phone,
        email = "Zhang.San@Example.COM",
        language = "zh-CN",
        timeZone = "Asia/Shanghai",
        consents = new[] { new { channel = "sms", purpose = "marketing", granted = true, source = "app", at = "2026-01-02T03:04:05Z", textVersion = "v3" } },
    };

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_customer_is_created_once_and_the_same_again_changes_nothing(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);

        using var created = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);
        using var same = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang("+8613800138000"), Token);
        using var changed = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(overdue: 3), Token);

        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.StatusCode, created.Headers.ETag?.Tag));
        Assert.Equal((HttpStatusCode.OK, "\"1\"", "unchanged"), (same.StatusCode, same.Headers.ETag?.Tag, await OutcomeAsync(same)));
        Assert.Equal(("\"2\"", "updated"), (changed.Headers.ETag?.Tag, await OutcomeAsync(changed)));
        var detail = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
        Assert.Equal(31, detail.GetProperty("attributes").GetProperty("age").GetInt32());
        Assert.Equal(["sms:+86138****8000", "email:Z***@example.com"], detail.GetProperty("addresses").EnumerateArray().Select(row => $"{row.GetProperty("channel")}:{row.GetProperty("masked")}"));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task If_match_protects_a_change_nobody_has_seen(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        platform.DefaultRequestHeaders.IfMatch.ParseAdd("\"7\"");
        using var stale = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(overdue: 9), Token);
        platform.DefaultRequestHeaders.IfMatch.Clear();
        platform.DefaultRequestHeaders.IfMatch.ParseAdd("\"1\"");
        using var fresh = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(overdue: 9), Token);

        Assert.Equal((HttpStatusCode.PreconditionFailed, HttpStatusCode.OK), (stale.StatusCode, fresh.StatusCode));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_batch_is_all_or_nothing_and_names_every_wrong_field(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);

        using var refused = await PostAsync(platform, "/api/v1/customers/batch", """
            {"customers":[{"externalId":"c-1","attributes":{"age":"old","shoe_size":43,"next_due_date":"2026-06-31"},"phone":"12"},
                          {"externalId":"c-2","consents":[{"channel":"fax","purpose":"collection","granted":true,"source":"app"}]},{"externalId":"c-2"}]}
            """);
        using var accepted = await PostAsync(platform, "/api/v1/customers/batch", """{"customers":[{"externalId":"c-1","attributes":{"age":31}},{"externalId":"c-2","phone":"13900139000"}]}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var fields = (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString());
        Assert.Equal(
            ["customers[0].attributes.age", "customers[0].attributes.shoe_size", "customers[0].attributes.next_due_date", "customers[0].phone", "customers[1].consents[0].channel", "customers[1].consents[0].purpose", "customers[2].externalId"],
            fields);
        Assert.Equal(["created", "created"], (await accepted.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("results").EnumerateArray().Select(row => row.GetProperty("outcome").GetString()));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Sensitive_data_is_hidden_and_an_address_is_shown_only_with_a_reason(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var compliance = await host.SignInAsync("he", Role.Compliance);
        await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        var seen = await owner.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
        var trusted = await compliance.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
        using var denied = await owner.PostAsJsonAsync("/api/v1/customers/c-1/reveal", new { channel = "sms", reason = "curious" }, Token);
        using var reasonless = await compliance.PostAsJsonAsync("/api/v1/customers/c-1/reveal", new { channel = "sms", reason = " " }, Token);
        using var shown = await compliance.PostAsJsonAsync("/api/v1/customers/c-1/reveal", new { channel = "sms", reason = "complaint 77" }, Token);

        Assert.DoesNotContain("13800138000", seen.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("risk_grade", seen.GetProperty("hiddenAttributes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("A", trusted.GetProperty("attributes").GetProperty("risk_grade").GetString());
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity), (denied.StatusCode, reasonless.StatusCode));
        Assert.Equal("+8613800138000", (await shown.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("address").GetString());
        Assert.DoesNotContain("13800138000", string.Concat(await host.Database.ReadAsync((db, _) => Task.FromResult(db.Customers.Select(row => row.Phone).ToList()), Token)), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_opt_out_is_not_undone_by_pushing_the_old_consent_again(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var care = await host.SignInAsync("xiao", Role.ConsumerProtection);
        await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        using var optOut = await care.PostAsJsonAsync("/api/v1/customers/c-1/opt-out", new { source = "phone", channel = "sms" }, Token);
        using var pushed = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        Assert.Equal(HttpStatusCode.NoContent, optOut.StatusCode);
        Assert.Equal("unchanged", await OutcomeAsync(pushed));
        var detail = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
        Assert.All(detail.GetProperty("consents").EnumerateArray(), row => Assert.False(row.GetProperty("granted").GetBoolean()));
        Assert.Equal(3, detail.GetProperty("consentLog").GetArrayLength());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Batches_that_share_new_customers_at_the_same_time_create_each_once(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(async sender =>
        {
            var customers = Enumerable.Range(0, 200).OrderBy(i => (i * 7 * (sender + 1)) % 199).Select(i => new { externalId = $"c-{i}", attributes = new { age = 20 + (i % 40) } });
            using var reply = await platform.PostAsJsonAsync("/api/v1/customers/batch", new { customers }, Token);
            return (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("results").EnumerateArray().Select(row => row.GetProperty("outcome").GetString()).ToArray();
        }));

        Assert.Equal((200, 600), (replies.Sum(outcomes => outcomes.Count(outcome => outcome == "created")), replies.Sum(outcomes => outcomes.Count(outcome => outcome == "unchanged"))));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Customers_are_found_by_phone_and_paged(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        for (var i = 0; i < 5; i++)
            await platform.PutAsJsonAsync($"/api/v1/customers/c-{i}", new { phone = $"1380013800{i}" }, Token);

        using var search = await platform.PostAsJsonAsync("/api/v1/customers/search", new { address = "+86 138-0013-8003" }, Token);
        var found = (await search.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("items").EnumerateArray().Single().GetProperty("externalId").GetString();
        var first = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers?limit=3", Token);
        var second = await platform.GetFromJsonAsync<JsonElement>($"/api/v1/customers?limit=3&after={first.GetProperty("next").GetString()}", Token);

        Assert.Equal("c-3", found);
        Assert.Equal((3, 2, JsonValueKind.Null), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength(), second.GetProperty("next").ValueKind));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_erased_customer_keeps_its_row_and_takes_nothing_in_again(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var care = await host.SignInAsync("xiao", Role.ConsumerProtection);
        await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        using var erased = await care.PostAsJsonAsync("/api/v1/customers/c-1/erasure", new { reason = "request 12" }, Token);
        using var again = await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        Assert.Equal((HttpStatusCode.NoContent, "unchanged"), (erased.StatusCode, await OutcomeAsync(again)));
        var detail = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
        Assert.Empty(detail.GetProperty("attributes").EnumerateObject());
        Assert.Empty(detail.GetProperty("addresses").EnumerateArray());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_suppression_is_listed_once_and_lifted_only_with_a_reason(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var compliance = await host.SignInAsync("he", Role.Compliance);
        await platform.PutAsJsonAsync("/api/v1/customers/c-1", Zhang(), Token);

        using var added = await platform.PostAsJsonAsync("/api/v1/suppressions", new { reason = "complaint", channel = "sms", address = "13800138000" }, Token);
        using var twice = await platform.PostAsJsonAsync("/api/v1/suppressions", new { reason = "complaint", channel = "sms", address = "+8613800138000" }, Token);
        using var both = await platform.PostAsJsonAsync("/api/v1/suppressions", new { reason = "complaint" }, Token);
        var id = (await added.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        var during = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
        using var lifted = await compliance.PostAsJsonAsync($"/api/v1/suppressions/{id}/lift", new { reason = "mistake" }, Token);
        using var liftedTwice = await compliance.PostAsJsonAsync($"/api/v1/suppressions/{id}/lift", new { reason = "mistake" }, Token);

        Assert.Equal(id, (await twice.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, both.StatusCode);
        Assert.Equal((1, 2L), (during.GetProperty("suppressions").GetArrayLength(), during.GetProperty("version").GetInt64()));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (lifted.StatusCode, liftedTwice.StatusCode));
        Assert.Single((await platform.GetFromJsonAsync<JsonElement>("/api/v1/suppressions", Token)).GetProperty("items").EnumerateArray());
    }

    private static async Task<string?> OutcomeAsync(HttpResponseMessage reply) => (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("outcome").GetString();

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string json) =>
        client.PostAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"), Token);
}
