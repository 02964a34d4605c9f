using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>Texts for accounts that send registered templates only are refused without a code before anything can be sent.</summary>
public sealed class TemplateCodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_brief_without_a_code_for_such_an_account_is_not_submitted_and_the_text_and_account_are_named()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await AddTencentAsync(story);

        var refused = await SubmitAsync(story);
        Assert.Contains("no-template-code", refused, StringComparison.Ordinal);
        Assert.Contains("Tencent 1", refused, StringComparison.Ordinal);
        Assert.Contains("sms", refused, StringComparison.Ordinal);

        using (var edit = await story.EditAsync(brief => WithCodes(brief, "{{tail}}")))
            edit.EnsureSuccessStatusCode();
        Assert.DoesNotContain("no-template-code", await SubmitAsync(story), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_names_an_unknown_variable_is_refused_like_such_a_text()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, brief => WithCodes(brief, "{{balance}}"));

        var refused = await SubmitAsync(story);

        Assert.Contains("balance", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_needs_codes_and_came_after_the_submission_stops_the_launch()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.ReachLaunchCheckAsync();
        await AddTencentAsync(story);

        using var refused = await story.TryCompleteAsync("launch-check", "launch");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("no-template-code", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_or_value_changed_after_the_approval_voids_it()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, brief => WithCodes(brief, "{{tail}}"));
        await story.ReachLaunchCheckAsync();

        using var edit = await story.EditAsync(brief => WithCodes(brief, "{{start}}"));

        var reply = await edit.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(["texts"], reply.GetProperty("changedParts").EnumerateArray().Select(part => part.GetString()));
    }

    [Fact]
    public async Task What_is_wrong_with_a_template_is_named_at_its_field()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);

        Assert.Equal("phases[0].texts[0].template.code", await FirstFieldAsync(story, new JsonObject { ["code"] = " " }));
        Assert.Equal("phases[0].texts[0].template.code", await FirstFieldAsync(story, new JsonObject { ["code"] = new string('9', 101) }));
        Assert.Equal("phases[0].texts[0].template.kode", await FirstFieldAsync(story, new JsonObject { ["kode"] = "T" }));
        Assert.Equal("phases[0].texts[0].template.parameters[1].name", await FirstFieldAsync(story, Parameters(("a", "1"), ("a", "2"))));
        Assert.Equal("phases[0].texts[0].template.parameters[0].value", await FirstFieldAsync(story, Parameters(("a", ""))));
        Assert.Equal("phases[0].texts[0].template.parameters[0]", await FirstFieldAsync(story, new JsonObject { ["code"] = "T", ["parameters"] = new JsonArray((JsonNode?)null) }));
        Assert.Equal("phases[0].texts[0].template.parameters", await FirstFieldAsync(story, Parameters([.. Enumerable.Range(0, 31).Select(i => ($"p{i}", "1"))])));
    }

    private static JsonObject Parameters(params (string Name, string Value)[] parameters) =>
        new() { ["code"] = "T", ["parameters"] = new JsonArray([.. parameters.Select(parameter => new JsonObject { ["name"] = parameter.Name, ["value"] = parameter.Value })]) };

    private static async Task<string?> FirstFieldAsync(Story story, JsonObject template)
    {
        var brief = JsonSerializer.SerializeToNode(Story.Brief(story.Host), JsonDefaults.Options)!;
        brief["phases"]![0]!["texts"]![0]!["template"] = template;
        using var reply = await story.PostAsync("lin", "/api/v1/campaigns", new JsonObject { ["brief"] = brief });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        return (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors")[0].GetProperty("field").GetString();
    }

    private static Brief WithCodes(Brief brief, string value) => brief with
    {
        Phases = [.. brief.Phases.Select(phase => phase with { Texts = [.. phase.Texts.Select(text => text.Channel == "sms" ? text with { Template = new RegisteredTemplate("1110") { Parameters = [new("1", value)] } } : text)] })],
    };

    /// <summary>What submitting now is refused for; nothing where it is not.</summary>
    private static async Task<string> SubmitAsync(Story story)
    {
        using var reply = await story.TryCompleteAsync("write-brief", "submit");
        return reply.IsSuccessStatusCode ? "" : await reply.Content.ReadAsStringAsync(Token);
    }

    private static async Task AddTencentAsync(Story story)
    {
        using var settings = JsonDocument.Parse("""{ "secretId": "s", "secretKey": "k", "sdkAppId": "1400000000", "signName": "禾光消费金融" }""");
        _ = (await story.Host.Services.GetRequiredService<ChannelAccounts>().CreateAsync(new AccountCommand("Tencent 1", "tencent-sms", settings.RootElement) { SignatureZh = "【禾光消费金融】" }, ReachoutBed.Owner, Token)).Value;
    }
}
