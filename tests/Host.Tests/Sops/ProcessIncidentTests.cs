using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;

namespace Orchestrator.Host.Tests.Sops;

public sealed class ProcessIncidentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_decision_that_is_missing_stops_the_process_as_an_incident_and_a_retry_goes_on()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.CompleteAsync("write-brief", "submit");
        var pins = await PinsAsync(story);
        await SetPinsAsync(story, "{}");

        await story.CompleteAsync("review-brief", "approve");

        var incident = Assert.Single((await story.GetAsync("pan", "/api/v1/incidents")).EnumerateArray());
        Assert.Equal(("process", "assess-risk"), (incident.GetProperty("kind").GetString(), incident.GetProperty("subject").GetString()));
        Assert.Single((await story.PageAsync()).GetProperty("incidents").EnumerateArray());
        await SetPinsAsync(story, pins);
        using var retry = await story.PostAsync("pan", $"/api/v1/incidents/{incident.GetProperty("id").GetString()}/retry");
        Assert.Equal(HttpStatusCode.NoContent, retry.StatusCode);
        await story.TaskAsync("risk-sign");
        Assert.Empty((await story.PageAsync()).GetProperty("incidents").EnumerateArray());
    }

    [Fact]
    public async Task Only_the_owner_edits_and_a_huge_brief_is_refused()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        await story.GrantAsync("chen", "owner");

        using var other = await story.EditAsync(brief => brief with { Summary = "别人的" }, by: "chen");
        using var platform = await story.EditAsync(brief => brief with { Name = "运维改名" }, by: "pan");
        using var huge = await story.EditAsync(brief => brief with { Summary = new string('长', 1_100_000) });

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity), (other.StatusCode, platform.StatusCode, huge.StatusCode));
        Assert.Equal(1, (await story.PageAsync()).GetProperty("version").GetInt64());
    }

    [Theory, ClassData(typeof(Fixtures.Dialects))]
    public async Task The_same_idempotency_key_creates_one_campaign(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        var client = await story.AsAsync("lin");
        client.DefaultRequestHeaders.Add("Idempotency-Key", "create-1");

        using var first = await story.PostAsync("lin", "/api/v1/campaigns", new { brief = Story.Brief(story.Host) });
        using var second = await story.PostAsync("lin", "/api/v1/campaigns", new { brief = Story.Brief(story.Host) });

        var (a, b) = (await first.Content.ReadFromJsonAsync<JsonElement>(Token), await second.Content.ReadFromJsonAsync<JsonElement>(Token));
        Assert.Equal(a.GetProperty("code").GetString(), b.GetProperty("code").GetString());
        Assert.EndsWith("-0002", a.GetProperty("code").GetString(), StringComparison.Ordinal);
    }

    private static Task<string> PinsAsync(Story story) =>
        story.Host.Database.ReadAsync((db, token) => db.Instances.Where(row => row.Id == story.Id).Select(row => row.DecisionsJson).SingleAsync(token), Token);

    private static Task<int> SetPinsAsync(Story story, string json) =>
        story.Host.Database.WriteAsync((tx, token) => tx.Db.Instances.Where(row => row.Id == story.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DecisionsJson, json), token), Token);
}
