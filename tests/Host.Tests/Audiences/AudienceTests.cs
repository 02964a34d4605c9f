using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class AudienceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_demo_campaign_is_forecast_and_frozen_with_the_figures_it_promises(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await DemoAudience.SeedAsync(host);
        using var owner = await host.SignInAsync("lin", Role.Owner);

        using var reply = await owner.PostAsync($"/api/v1/campaigns/{DemoAudience.CampaignId}/forecast", null, Token);
        var forecast = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
        await FreezeAsync(host);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal((20_000, 2_680, 270, 2_410), (Number(forecast, "scanned"), Number(forecast, "matched"), Number(forecast, "holdout"), Number(forecast, "treated")));
        var phase = forecast.GetProperty("phases")[1];
        Assert.Equal("""{"push":1300,"wecom":230,"sms":600,"email":30}""", phase.GetProperty("channels").GetRawText());
        Assert.Equal("""{"no-consented-channel":185,"suppressed":65}""", phase.GetProperty("skipped").GetRawText());
        var kept = await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{DemoAudience.CampaignId}/forecast", Token);
        Assert.Equal(forecast.GetRawText(), kept.GetRawText());
        var frozen = await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{DemoAudience.CampaignId}/audience", Token);
        Assert.Equal(("done", 2_680, 270, 2_410), (frozen.GetProperty("state").GetString(), Number(frozen, "matched"), Number(frozen, "holdout"), Number(frozen, "treated")));
        var arms = await host.Database.ReadAsync((db, token) => db.AudienceMembers.GroupBy(row => row.Arm).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, token), Token);
        Assert.Equal((270, 2_410), (arms[Arm.Holdout], arms[Arm.Treated]));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Freezing_again_draws_the_same_holdout_and_drift_is_measured_against_the_approved_count(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await DemoAudience.SeedAsync(host);

        await FreezeAsync(host);
        var first = await HoldoutAsync(host);
        await FreezeAsync(host);
        var second = await HoldoutAsync(host);
        var same = await DriftAsync(host, """{"matched":2680}""");
        var shrunk = await DriftAsync(host, """{"matched":4000}""");
        var unknown = await DriftAsync(host, "{}");

        Assert.Equal(first, second);
        Assert.Equal((0m, 0.33m, 1m), (same, shrunk, unknown));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task An_audience_over_the_approved_ceiling_stops_the_launch(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await DemoAudience.SeedAsync(host);

        await FreezeAsync(host, brief => brief with { Audience = brief.Audience with { Ceiling = 2_000 } });

        var state = await host.Database.ReadAsync((db, token) => db.AudienceFreezes.Select(row => row.State).SingleAsync(token), Token);
        Assert.Equal(FreezeState.OverCeiling, state);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_is_counted_and_a_null_is_no_member(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        await platform.PutAsJsonAsync("/api/v1/customers/c-1", new { attributes = new { age = 30 } }, Token);
        await platform.PutAsJsonAsync("/api/v1/customers/c-2", new { attributes = new { age = 50 } }, Token);
        await platform.PutAsJsonAsync("/api/v1/customers/c-3", new { attributes = new { risk_grade = "A" } }, Token);

        using var reply = await owner.PostAsJsonAsync("/api/v1/segments/count", new { rule = "age < 40", examples = 5 }, Token);

        var count = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((3, 1, 1, "c-1"), (Number(count, "scanned"), Number(count, "matched"), Number(count, "nulls"), count.GetProperty("examples")[0].GetString()));
    }

    [Fact]
    public async Task A_wrong_rule_names_the_place()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var owner = await host.SignInAsync("lin", Role.Owner);

        using var syntax = await owner.PostAsJsonAsync("/api/v1/segments/count", new { rule = "age < and 3" }, Token);
        using var unknown = await owner.PostAsJsonAsync("/api/v1/segments/count", new { rule = "age < 40 and shoe_size > 43" }, Token);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (syntax.StatusCode, unknown.StatusCode));
        Assert.Contains("At character 7", await syntax.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("At character 14: attribute 'shoe_size' is not declared.", JsonDocument.Parse(await unknown.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Six_segments_are_ready_made_and_an_own_one_is_published_by_a_second_person(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var head = await host.SignInAsync("zhou", Role.BusinessHead);
        var body = new SegmentBody("young-a", new BothLanguages("年轻优质", "Young and good"), null, [new SegmentParameter("max_age", "number", new BothLanguages("年龄", "Age"), 30, 18, 60)], "age <= $max_age and risk_grade = \"A\"");

        var shipped = (await owner.GetFromJsonAsync<JsonElement>("/api/v1/segments", Token)).GetArrayLength();
        using var draft = await owner.PostAsJsonAsync("/api/v1/segments", body, Token);
        using var wrong = await owner.PostAsJsonAsync("/api/v1/segments", body with { Rule = "age <= $other" }, Token);
        owner.DefaultRequestHeaders.IfMatch.ParseAdd("\"1\"");
        head.DefaultRequestHeaders.IfMatch.ParseAdd("\"1\"");
        using var own = await owner.PostAsync("/api/v1/segments/young-a/publication", null, Token);
        using var published = await head.PostAsync("/api/v1/segments/young-a/publication", null, Token);
        using var count = await owner.PostAsJsonAsync("/api/v1/segments/count", new { segmentId = "young-a", parameters = new { max_age = 25 } }, Token);
        using var outside = await owner.PostAsJsonAsync("/api/v1/segments/count", new { segmentId = "young-a", parameters = new { max_age = 99 } }, Token);

        Assert.Equal(6, shipped);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Conflict, HttpStatusCode.OK), (draft.StatusCode, wrong.StatusCode, own.StatusCode, published.StatusCode));
        Assert.Equal("age <= 25 and risk_grade = \"A\"", (await count.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("rule").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, outside.StatusCode);
    }

    private static async Task FreezeAsync(TestHost host, Func<Brief, Brief>? change = null)
    {
        var task = host.Services.GetServices<IServiceTask>().Single(item => item.Type == "freeze-audience");
        var result = await host.Database.WriteAsync((tx, token) => task.RunAsync(tx, Context(host, change, "{}"), token), Token);
        Assert.IsType<ServiceTaskResult.Begun>(result);
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.AudienceFreezes.AnyAsync(row => row.State != FreezeState.Scanning, token), Token), "the audience is frozen");
    }

    private static async Task<decimal> DriftAsync(TestHost host, string factsJson)
    {
        var task = host.Services.GetServices<IServiceTask>().Single(item => item.Type == "check-drift");
        var result = await host.Database.WriteAsync((tx, token) => task.RunAsync(tx, Context(host, null, factsJson), token), Token);
        return (decimal)Assert.IsType<ServiceTaskResult.Completed>(result).Variables["drift"]!;
    }

    private static ServiceTaskContext Context(TestHost host, Func<Brief, Brief>? change, string factsJson)
    {
        var brief = (change ?? (same => same))(DemoAudience.Brief(host));
        var campaign = DemoAudience.Campaign(host);
        campaign.FactsJson = factsJson;
        return new ServiceTaskContext(campaign.Id, "work-1", "freeze-audience", Variables.None, new Dictionary<string, string>(), campaign, brief, LaunchPackage.Build(brief, PackageContext.Empty));
    }

    private static Task<List<long>> HoldoutAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.AudienceMembers.Where(row => row.Arm == Arm.Holdout).Select(row => row.CustomerNo).Order().ToListAsync(token), Token);

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
