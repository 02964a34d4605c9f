using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class TextsTests
{
    private const string Good = "{{sig}}尾号{{tail}}的客户您好,会员日{{start}}开始,可在APP领取首期利息8折券。请理性借贷。{{rate}}{{out}}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bad_draft_is_told_all_its_faults_in_the_readers_language()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var lin = await host.SignInAsync("lin", Role.Owner);
        var request = new { text = new { channel = "sms", language = "zh-CN", body = MessageLibrary.RejectedDraft.Body } };

        var english = await ReadAsync(await lin.PostAsJsonAsync("/api/v1/templates/lint", request, Token));
        lin.DefaultRequestHeaders.AcceptLanguage.Clear();
        lin.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN");
        var chinese = await ReadAsync(await lin.PostAsJsonAsync("/api/v1/templates/lint", request, Token));

        Assert.False(english.GetProperty("passed").GetBoolean());
        Assert.True(english.GetProperty("errors").GetInt32() >= 6);
        var finding = english.GetProperty("findings").EnumerateArray().First(one => one.GetProperty("evidence").GetString() == "超低息");
        Assert.Equal(MessageLibrary.RejectedDraft.Body.IndexOf("超低息", StringComparison.Ordinal), finding.GetProperty("position").GetInt32());
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Matches("[a-z]", finding.GetProperty("message").GetString());
        Assert.Contains(chinese.GetProperty("findings").EnumerateArray(), one => one.GetProperty("message").GetString()!.Any(c => c >= '\u4e00') && one.GetProperty("rule").GetString() == finding.GetProperty("rule").GetString());
    }

    [Fact]
    public async Task A_good_text_passes_and_shows_what_it_costs()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var lin = await host.SignInAsync("lin", Role.Owner);

        var reply = await ReadAsync(await lin.PostAsJsonAsync("/api/v1/templates/lint", new { text = new { channel = "sms", language = "zh-CN", body = Good } }, Token));

        Assert.True(reply.GetProperty("passed").GetBoolean(), reply.ToString());
        Assert.Equal(2, reply.GetProperty("sms").GetProperty("segments").GetInt32());
        Assert.Equal("ucs2", reply.GetProperty("sms").GetProperty("encoding").GetString());
    }

    [Fact]
    public async Task A_wrong_channel_is_refused_and_strangers_and_finance_see_nothing()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var request = new { text = new { channel = "fax", language = "zh-CN", body = "x" } };

        using var refused = await (await host.SignInAsync("lin", Role.Owner)).PostAsJsonAsync("/api/v1/templates/lint", request, Token);
        using var forbidden = await (await host.SignInAsync("he", Role.Finance)).PostAsJsonAsync("/api/v1/templates/lint", request, Token);
        using var unknown = await host.Anonymous().PostAsJsonAsync("/api/v1/templates/lint", request, Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("text.channel", (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_library_starts_with_the_shipped_texts_and_seeds_them_once(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var lin = await host.SignInAsync("lin", Role.Owner);
        foreach (var step in host.App.Services.GetServices<IStartupStep>().OfType<ShippedTexts>())
            await step.RunAsync(Token);

        var list = await lin.GetFromJsonAsync<JsonElement>("/api/v1/templates", Token);
        var phase = await lin.GetFromJsonAsync<JsonElement>("/api/v1/templates/texts?key=member-day/warm-up", Token);

        Assert.Equal(MessageLibrary.Sets.Sum(set => set.Messages.Count), list.GetArrayLength());
        Assert.All(list.EnumerateArray(), row => Assert.Equal((1, "published"), (row.GetProperty("version").GetInt32(), row.GetProperty("state").GetString())));
        Assert.Equal(8, phase.GetArrayLength());
        var shipped = MessageLibrary.Find("member-day").Messages.First(message => message.Template.Id == "member-day/email-1/zh-CN").Template;
        var email = phase.EnumerateArray().First(text => text.GetProperty("channel").GetString() == "email" && text.GetProperty("language").GetString() == "zh-CN");
        Assert.Equal((shipped.Title, shipped.Body, shipped.Html), (email.GetProperty("subject").GetString(), email.GetProperty("body").GetString(), email.GetProperty("html").GetString()));
    }

    [Fact]
    public async Task Every_shipped_text_passes_the_checks_in_the_library()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var xu = await host.SignInAsync("xu", Role.Compliance);

        foreach (var row in (await xu.GetFromJsonAsync<JsonElement>("/api/v1/templates", Token)).EnumerateArray())
        {
            var one = await xu.GetFromJsonAsync<JsonElement>($"/api/v1/templates/{row.GetProperty("id").GetGuid()}", Token);
            Assert.True(one.GetProperty("lint").GetProperty("passed").GetBoolean(), one.ToString());
            Assert.Equal(row.GetProperty("set").GetString() == "member-day", one.GetProperty("isForCampaigns").GetBoolean());
        }
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_version_is_drafted_edited_published_by_a_second_person_and_never_changes_again(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var chen = await host.SignInAsync("chen", Role.BusinessHead);
        var xu = await host.SignInAsync("xu", Role.Compliance);
        var draft = await ReadAsync(await chen.PostAsJsonAsync("/api/v1/templates", New(Good), Token), HttpStatusCode.Created);
        var id = draft.GetProperty("id").GetGuid();
        Assert.Equal((2, "draft"), (draft.GetProperty("version").GetInt32(), draft.GetProperty("state").GetString()));

        using var second = await chen.PostAsJsonAsync("/api/v1/templates", New(Good), Token);
        Assert.Equal("template-draft-open", await TypeAsync(second, HttpStatusCode.Conflict));
        using var unversioned = await chen.PutAsJsonAsync($"/api/v1/templates/{id}", Edit("x"), Token);
        Assert.Equal("if-match-required", await TypeAsync(unversioned, HttpStatusCode.PreconditionRequired));
        var bad = await ReadAsync(await SendAsync(chen, HttpMethod.Put, $"/api/v1/templates/{id}", 1, Edit(MessageLibrary.RejectedDraft.Body)));
        Assert.Equal(2, bad.GetProperty("revision").GetInt64());
        using var stale = await SendAsync(chen, HttpMethod.Put, $"/api/v1/templates/{id}", 1, Edit(Good));
        Assert.Equal("stale", await TypeAsync(stale, HttpStatusCode.PreconditionFailed));
        using var faulty = await SendAsync(xu, HttpMethod.Post, $"/api/v1/templates/{id}/publication", 2);
        Assert.Equal("template-has-findings", await TypeAsync(faulty, HttpStatusCode.UnprocessableEntity));
        await ReadAsync(await SendAsync(chen, HttpMethod.Put, $"/api/v1/templates/{id}", 2, Edit(Good)));
        using var own = await SendAsync(chen, HttpMethod.Post, $"/api/v1/templates/{id}/publication", 3);
        Assert.Equal("second-person-text", await TypeAsync(own, HttpStatusCode.Conflict));
        var published = await ReadAsync(await SendAsync(xu, HttpMethod.Post, $"/api/v1/templates/{id}/publication", 3));
        using var late = await SendAsync(chen, HttpMethod.Put, $"/api/v1/templates/{id}", 4, Edit("changed"));
        using var gone = await SendAsync(chen, HttpMethod.Delete, $"/api/v1/templates/{id}", 4);

        Assert.Equal(("published", "xu"), (published.GetProperty("state").GetString(), published.GetProperty("publishedBy").GetString()));
        Assert.Equal("template-state", await TypeAsync(late, HttpStatusCode.Conflict));
        Assert.Equal("template-state", await TypeAsync(gone, HttpStatusCode.Conflict));
        var taken = (await xu.GetFromJsonAsync<JsonElement>("/api/v1/templates/texts?key=member-day/warm-up", Token)).EnumerateArray()
            .Single(text => text.GetProperty("channel").GetString() == "sms" && text.GetProperty("language").GetString() == "zh-CN");
        Assert.Equal(Good, taken.GetProperty("body").GetString());
        var diff = await xu.GetFromJsonAsync<JsonElement>($"/api/v1/templates/{id}/diff", Token);
        Assert.Equal(Good, string.Concat(diff.GetProperty("body").EnumerateArray().Where(span => span.GetProperty("kind").GetString() != "removed").Select(span => span.GetProperty("text").GetString())));
        Assert.Equal([2, 1], (await xu.GetFromJsonAsync<JsonElement>($"/api/v1/templates/{id}/versions", Token)).EnumerateArray().Select(row => row.GetProperty("version").GetInt32()));
        Assert.True((await host.Database.ReadAsync((db, token) => AuditChain.VerifyAsync(db, TemplateLibrary.Chain, token), Token)).IsIntact);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Of_two_who_begin_the_same_version_one_wins(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var lin = await host.SignInAsync("lin", Role.Owner);
        var chen = await host.SignInAsync("chen", Role.BusinessHead);

        var replies = await Task.WhenAll(new[] { lin, chen, lin, chen }.Select(who => who.PostAsJsonAsync("/api/v1/templates", New(Good), Token)));

        Assert.Equal(1, replies.Count(reply => reply.StatusCode == HttpStatusCode.Created));
        Assert.Equal(3, replies.Count(reply => reply.StatusCode == HttpStatusCode.Conflict));
    }

    private static object New(string body) => new { key = "member-day/warm-up", nameZh = "会员日", nameEn = "Member Day", text = new { channel = "sms", language = "zh-CN", body } };

    private static object Edit(string body) => new { nameZh = "会员日", nameEn = "Member Day", text = new { channel = "sms", language = "zh-CN", body } };

    internal static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, long revision, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: JsonDefaults.Options) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{revision}\""));
        return await client.SendAsync(request, Token);
    }

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage reply, HttpStatusCode expected = HttpStatusCode.OK)
    {
        Assert.True(reply.StatusCode == expected, $"{reply.StatusCode}: {await reply.Content.ReadAsStringAsync(Token)}");
        return await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    internal static async Task<string> TypeAsync(HttpResponseMessage reply, HttpStatusCode expected) =>
        (await ReadAsync(reply, expected)).GetProperty("type").GetString()!["urn:orchestrator:error:".Length..];
}
