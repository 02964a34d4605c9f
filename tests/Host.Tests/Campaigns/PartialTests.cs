using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>Partials of users' own: published by two people, copied into texts, signed with them.</summary>
public sealed class PartialTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_new_version_of_a_partial_asks_those_who_signed_texts_with_it_again(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        await PublishAsync(story, "care", "请按需借款,量力而行。");
        using var edit = await story.EditAsync(brief => Including(brief, "{{> care}}"));
        Assert.True(edit.IsSuccessStatusCode, await edit.Content.ReadAsStringAsync(Token));
        await story.ReachLaunchCheckAsync();
        Assert.Equal(["compliance-sign", "consumer-protection-sign", "finance-sign", "review-brief", "risk-sign"], await story.StandingAsync());
        Assert.Equal([(1, "请按需借款,量力而行。")], await PartialsAsync(story));
        var shown = await PreviewAsync(story);

        await PublishAsync(story, "care", "请理性消费,按时还款。");
        await Eventually.HoldsAsync(async () => (await story.StandingAsync()).Count == 3, "compliance and consumer protection must sign again");

        Assert.Equal(["finance-sign", "review-brief", "risk-sign"], await story.StandingAsync());
        Assert.Equal([(2, "请理性消费,按时还款。")], await PartialsAsync(story));
        Assert.Contains("请按需借款,量力而行。", shown, StringComparison.Ordinal);
        Assert.Contains("请理性消费,按时还款。", await PreviewAsync(story), StringComparison.Ordinal);
        Assert.Equal(["compliance-sign", "consumer-protection-sign"], await story.OpenTasksAsync());
    }

    [Fact]
    public async Task The_checks_look_into_partials_and_no_recursion_runs_away()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var lin = await story.AsAsync("lin");
        async Task<string[]> RulesAsync(string body, string channel = "sms")
        {
            var reply = await TextsTests.ReadAsync(await lin.PostAsJsonAsync("/api/v1/templates/lint", new { text = new { channel, language = "zh-CN", body } }, Token));
            return [.. reply.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("severity").GetString() == "error").Select(finding => finding.GetProperty("rule").GetString()!)];
        }

        // As text of its own nothing is missing from a partial, but what is forbidden is forbidden there too.
        Assert.Empty(await RulesAsync("请按需借款。", "partial"));
        Assert.Equal(["banned-word"], await RulesAsync("随借随还。", "partial"));
        await PublishAsync(story, "tail-note", "尾号{{tail}}的客户:");
        await StoreAsync(story, "bad", "随借随还。");
        await StoreAsync(story, "ring", "{{> ring}}");
        for (var i = 0; i < 4; i++)
            await StoreAsync(story, $"bomb-{i}", string.Concat(Enumerable.Repeat(i == 3 ? new string('炸', 1_000) : $"{{{{> bomb-{i + 1}}}}}", 100)));

        Assert.Empty(await RulesAsync("{{sig}}{{> tail-note}}会员日{{start}}开始。{{rate}}{{out}}"));
        Assert.Contains("banned-word", await RulesAsync("{{sig}}{{> bad}}{{rate}}{{out}}"));
        Assert.Contains("does-not-compile", await RulesAsync("{{sig}}{{> nobody}}{{rate}}{{out}}"));
        Assert.Contains("does-not-compile", await RulesAsync("{{sig}}{{> ring}}{{rate}}{{out}}"));
        Assert.Contains("does-not-compile", await RulesAsync("{{sig}}{{> bomb-0}}{{rate}}{{out}}"));
        using var misplaced = await lin.PostAsJsonAsync("/api/v1/templates", New("member-day/care", "x"), Token);
        Assert.Equal("key", (await misplaced.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors")[0].GetProperty("field").GetString());
    }

    private static Brief Including(Brief brief, string partial) => brief with
    {
        Phases = [.. brief.Phases.Select((phase, i) => i > 0 ? phase : phase with { Texts = [.. phase.Texts.Select(text => text is { Channel: "sms", Language: "zh-CN" } ? text with { Body = text.Body.Replace("{{rate}}", partial + "{{rate}}", StringComparison.Ordinal) } : text)] })],
    };

    private static object New(string key, string body) => new { key, nameZh = "片段", nameEn = "Partial", text = new { channel = "partial", language = "zh-CN", body } };

    private static async Task PublishAsync(Story story, string name, string body)
    {
        var draft = await TextsTests.ReadAsync(await (await story.AsAsync("lin")).PostAsJsonAsync("/api/v1/templates", New($"partials/{name}", body), Token), HttpStatusCode.Created);
        await TextsTests.ReadAsync(await TextsTests.SendAsync(await story.AsAsync("xu"), HttpMethod.Post, $"/api/v1/templates/{draft.GetProperty("id").GetGuid()}/publication", 1));
    }

    /// <summary>Published without a look: as if the rules had been others then.</summary>
    private static Task StoreAsync(Story story, string name, string body) =>
        story.Host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new TemplateVersion { Id = Guid.NewGuid(), Key = $"partials/{name}", Channel = "partial", Language = "zh-CN", Version = 1, State = TemplateState.Published, NameZh = "x", NameEn = "x", Purpose = "marketing", Body = body, Variables = "[]", Hash = "x", WrittenBy = "x" });
                return Task.CompletedTask;
            },
            Token);

    private static async Task<List<(int, string)>> PartialsAsync(Story story)
    {
        var campaign = await story.Host.Database.ReadAsync((db, token) => db.Campaigns.SingleAsync(row => row.Id == story.Id, token), Token);
        return [.. campaign.Brief().Phases[0].AllTexts().SelectMany(text => text.Partials).Select(partial => (partial.Version, partial.Body))];
    }

    private static async Task<string> PreviewAsync(Story story)
    {
        var phase = Story.Brief(story.Host).Phases[0].Key;
        return (await TextsTests.ReadAsync(await (await story.AsAsync("lin")).PostAsJsonAsync("/api/v1/templates/preview", new { campaignId = story.Id, phase, channel = "sms" }, Token))).GetProperty("text").GetString()!;
    }
}
