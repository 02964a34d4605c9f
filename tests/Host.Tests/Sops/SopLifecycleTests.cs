using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Sops;

public sealed class SopLifecycleTests
{
    private static readonly string[] WriteBrief = ["write-brief"];
    private static readonly string[] ReviewBrief = ["review-brief"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_can_be_rehearsed_before_it_is_published()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var sop = await StandardAsync(story);

        using var reply = await story.PostAsync("wei", $"/api/v1/sops/{sop}/dry-run", new { answers = new Dictionary<string, object> { ["test-send"] = new[] { new { outcome = "fail" }, new { outcome = "pass" } } } });
        var result = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);

        Assert.True(result.GetProperty("ended").GetBoolean(), result.GetRawText());
        Assert.Equal(
            ["ideation", "review", "sign-off", "build-test", "launch", "monitoring", "retrospective"],
            result.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stageId").GetString()));
        Assert.Equal(2, result.GetProperty("path").EnumerateArray().Count(element => element.GetString() == "test-send"));
        using var forbidden = await story.PostAsync("lin", $"/api/v1/sops/{sop}/dry-run");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_running_campaign_moves_to_a_new_version_once_its_tokens_are_mapped(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        var old = await StandardAsync(story);
        var xml = await (await story.AsAsync("wei")).GetStringAsync($"/api/v1/sops/{old}/xml", Token);
        using var uploaded = await story.PostAsync("wei", "/api/v1/sops", new { xml = xml.Replace("id=\"review-brief\"", "id=\"judge-brief\"", StringComparison.Ordinal).Replace("Ref=\"review-brief\"", "Ref=\"judge-brief\"", StringComparison.Ordinal).Replace("entry=\"review-brief\"", "entry=\"judge-brief\"", StringComparison.Ordinal).Replace("reviewBriefOutcome", "judgeBriefOutcome", StringComparison.Ordinal).Replace("owner review-brief", "owner judge-brief", StringComparison.Ordinal).Replace("bpmnElement=\"review-brief\"", "bpmnElement=\"judge-brief\"", StringComparison.Ordinal) });
        Assert.True(uploaded.StatusCode == HttpStatusCode.Created, await uploaded.Content.ReadAsStringAsync(Token));
        var target = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        await story.EverybodyAsync();   // Publishing asks whether every role has enough people.
        using (var published = await story.PostAsync("wei2", $"/api/v1/sops/{target}/publication"))
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Token));
        using (await story.TryCompleteAsync("write-brief", "submit"))
        {
        }
        await story.TaskAsync("review-brief");

        var check = await ReadAsync(await story.PostAsync("wei", $"/api/v1/sops/{target}/migration/check", new { }));
        Assert.Equal(("needsMapping", "review-brief"), (check[0].GetProperty("verdict").GetString(), check[0].GetProperty("findings")[0].GetProperty("elementId").GetString()));
        using var unreasoned = await story.PostAsync("wei", $"/api/v1/sops/{target}/migration", new { campaigns = new[] { story.Id } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unreasoned.StatusCode);

        var elements = new Dictionary<string, string> { ["review-brief"] = "judge-brief" };
        var moved = await ReadAsync(await story.PostAsync("wei", $"/api/v1/sops/{target}/migration", new { campaigns = new[] { story.Id }, elements, reason = "clearer name" }));

        Assert.True(moved[0].GetProperty("moved").GetBoolean(), moved.GetRawText());
        Assert.Equal(target, (await story.PageAsync()).GetProperty("sopVersionId").GetString());
        await story.TaskAsync("judge-brief");
        using var done = await story.TryCompleteAsync("judge-brief", "approve", "chen");
        await story.TaskAsync("risk-sign");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_proposed_decision_is_replayed_over_past_campaigns(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        foreach (var (element, outcome, reason) in new[] { ("write-brief", "submit", null), ("review-brief", "approve", null), ("risk-sign", "reject", "too risky") })
        {
            using var done = await story.TryCompleteAsync(element, outcome, null, reason);
            Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(Token));
        }
        var old = (await story.GetAsync("wei", "/api/v1/decisions")).EnumerateArray().First(row => row.GetProperty("key").GetString() == "campaign-risk").GetProperty("id").GetString();
        var xml = await (await story.AsAsync("wei")).GetStringAsync($"/api/v1/decisions/{old}/xml", Token);
        using var same = await story.PostAsync("wei", $"/api/v1/decisions/{old}/replay");
        using var uploaded = await story.PostAsync("wei", "/api/v1/decisions", new { xml = xml.Replace("\"MEDIUM\"", "\"HIGH\"", StringComparison.Ordinal) });
        var draft = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();

        var unchanged = await same.Content.ReadFromJsonAsync<JsonElement>(Token);
        var changed = await ReadAsync(await story.PostAsync("wei", $"/api/v1/decisions/{draft}/replay"));

        Assert.Equal((1, 0), (unchanged.GetProperty("compared").GetInt32(), unchanged.GetProperty("different").GetArrayLength()));
        var difference = changed.GetProperty("different")[0].GetProperty("decisions")[0];
        Assert.Contains("MEDIUM", difference.GetProperty("then").GetString(), StringComparison.Ordinal);
        Assert.Contains("HIGH", difference.GetProperty("now").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_moved_by_hand_with_a_reason()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        using var unreasoned = await story.PostAsync("wei", $"/api/v1/instances/{story.Id}/modification", new { cancel = WriteBrief, start = ReviewBrief, reason = "" });
        using var moved = await story.PostAsync("wei", $"/api/v1/instances/{story.Id}/modification", new { cancel = WriteBrief, start = ReviewBrief, reason = "brief was given on paper" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NoContent), (unreasoned.StatusCode, moved.StatusCode));
        Assert.Equal(["review-brief"], await story.OpenTasksAsync());
    }

    private static async Task<string> StandardAsync(Story story) =>
        (await story.GetAsync("wei", "/api/v1/sops")).EnumerateArray().First(row => row.GetProperty("key").GetString() == "standard-campaign").GetProperty("id").GetString()!;

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage reply)
    {
        using (reply)
        {
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));
            return await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
        }
    }
}
