using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Rule packs for texts as dated rules: proposed, published by compliance, in force from a day.</summary>
public sealed class TextRuleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_pack_that_compliance_published_is_applied_from_its_day_and_findings_name_its_version(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(host.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")).DateTime);
        Assert.Equal(["cn-advertising-words@2026.1"], await PacksAsync(host, "超低息"));
        Assert.Empty(await PacksAsync(host, "躺赚"));

        await PublishAsync(host, "house-words", today, Pack("1", "躺赚"));
        await PublishAsync(host, "house-words", today.AddDays(2), Pack("2", "白捡"));
        Assert.Equal(["house-words@1"], await PacksAsync(host, "躺赚"));
        Assert.Empty(await PacksAsync(host, "白捡"));
        host.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(["house-words@2"], await PacksAsync(host, "白捡"));
        Assert.Empty(await PacksAsync(host, "躺赚"));

        // A pack of the name of one in the box stands for it, until it is withdrawn.
        await PublishAsync(host, "cn-advertising-words", today, Pack("2027.1", "稳赢"));
        Assert.Equal(["cn-advertising-words@2027.1"], await PacksAsync(host, "稳赢"));
        Assert.Empty(await PacksAsync(host, "超低息"));
        await PublishAsync(host, "cn-advertising-words", today, new { withdrawn = true });
        Assert.Equal(["cn-advertising-words@2026.1"], await PacksAsync(host, "超低息"));
    }

    [Fact]
    public async Task A_pack_that_could_not_be_applied_is_refused_and_nobody_but_compliance_publishes()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var gu = await host.SignInAsync("gu", Role.ConsumerProtection);
        async Task<string?> FieldAsync(object value)
        {
            using var reply = await gu.PostAsJsonAsync("/api/v1/dated-rules/text-rules", new { name = "house-words", from = "2026-11-20", value, source = "test" }, Token);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
            return (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors")[0].GetProperty("field").GetString();
        }
        object Of(string check, string? token = null, int? max = null, params string?[] patterns) =>
            new { version = "1", rules = new[] { new { id = "x", check, severity = "Error", token, max, patterns, message = new { zh = "x", en = "x" } } } };

        Assert.Equal("value.version", await FieldAsync(new { rules = new[] { new { } } }));
        Assert.Equal("value.rules", await FieldAsync(new { version = "1" }));
        Assert.Equal("value.rules", await FieldAsync(new { version = "1", rules = new object?[] { null } }));
        Assert.Equal("value.rules", await FieldAsync(Of("run-a-program")));
        Assert.Equal("value.rules", await FieldAsync(Of("token-missing")));
        Assert.Equal("value.rules", await FieldAsync(Of("max-length")));
        Assert.Equal("value.rules", await FieldAsync(Of("patterns", patterns: "(?=a)b")));
        Assert.Equal("value.rules", await FieldAsync(Of("patterns", patterns: [null])));
        Assert.Equal("value.withdrawn", await FieldAsync(new { version = "1", withdrawn = true }));

        var draft = await TextsTests.ReadAsync(await gu.PostAsJsonAsync("/api/v1/dated-rules/text-rules", new { name = "house-words", from = "2026-11-20", value = Pack("1", "躺赚"), source = "test" }, Token), HttpStatusCode.Created);
        using var other = await (await host.SignInAsync("gu2", Role.ConsumerProtection)).PostAsJsonAsync($"/api/v1/dated-rules/text-rules/{draft.GetProperty("id").GetGuid()}/publication", new { }, Token);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Empty(await PacksAsync(host, "躺赚"));
    }

    private static object Pack(string version, string word) => new
    {
        version, title = new { zh = "本司用语", en = "House words" },
        rules = new[] { new { id = "house-word", check = "words", severity = "Error", words = new[] { word }, message = new { zh = "不得使用“{evidence}”。", en = "'{evidence}' may not be used." } } },
    };

    private static async Task PublishAsync(TestHost host, string name, DateOnly from, object value)
    {
        var draft = await TextsTests.ReadAsync(await (await host.SignInAsync("gu", Role.ConsumerProtection)).PostAsJsonAsync("/api/v1/dated-rules/text-rules", new { name, from = from.ToString("yyyy-MM-dd", null), value, source = "test" }, Token), HttpStatusCode.Created);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await TextsTests.ReadAsync(await (await host.SignInAsync("xu", Role.Compliance)).PostAsJsonAsync($"/api/v1/dated-rules/text-rules/{draft.GetProperty("id").GetGuid()}/publication", new { }, Token));
    }

    /// <summary>The packs that find something about the word in a text that is fine otherwise.</summary>
    private static async Task<string[]> PacksAsync(TestHost host, string word)
    {
        var lin = await host.SignInAsync("lin", Role.Owner);
        var reply = await TextsTests.ReadAsync(await lin.PostAsJsonAsync("/api/v1/templates/lint", new { text = new { channel = "sms", language = "zh-CN", body = $"{{{{sig}}}}尾号{{{{tail}}}}的客户您好,{word},会员日{{{{start}}}}开始。{{{{rate}}}}{{{{out}}}}" } }, Token));
        return [.. reply.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("pack").GetString()!)];
    }
}
