using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;

namespace Orchestrator.Host.Tests.Monitoring;

public sealed class MonitoringTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    [Theory, ClassData(typeof(Dialects))]
    public async Task Events_count_once_and_give_the_return_against_the_holdout(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten), holdoutEvery: 10);
        using var client = await host.SignInAsync("system", Role.Platform);
        object Conversion(int i) => new { id = $"c{i}", kind = "conversion", campaignId = bed.CampaignId, customer = $"K{i:D7}", value = 8600 };
        // 9 of 90 treated (1–9) and 1 of 10 in the holdout (10) borrow again.
        var batch = new { events = Enumerable.Range(1, 10).Select(Conversion).Append(new { id = "cost1", kind = "cost", campaignId = bed.CampaignId, value = 100.5 }).ToList() };

        using (var reply = await client.PostAsJsonAsync("/api/v1/events/batch", batch, TestContext.Current.CancellationToken))
            Assert.Equal(11, (await reply.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("accepted").GetInt32());
        using (var again = await client.PostAsJsonAsync("/api/v1/events/batch", batch, TestContext.Current.CancellationToken))
            Assert.Equal(11, (await again.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("duplicates").GetInt32());

        var view = (await host.Services.GetRequiredService<Orchestrator.Host.Monitoring.Monitoring>().ReadAsync(bed.CampaignId, TestContext.Current.CancellationToken))!;
        Assert.Equal((90, 9), (view.Figures!.Treated.Size, view.Figures.Treated.Converted));
        Assert.Equal((10, 1), (view.Figures.Holdout.Size, view.Figures.Holdout.Converted));
        Assert.Equal(0m, view.Return!.Incremental);   // the holdout does as well: nothing was gained
        Assert.Equal(-1m, view.Return.Roi);
        Assert.Equal(100.5m, view.Return.Cost);
        Assert.Equal(8m, view.Pace.PerDay);
        Assert.Equal(9m, view.Pace.Actual);
    }

    [Fact]
    public async Task A_batch_with_a_wrong_event_changes_nothing_and_names_it()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        using var client = await host.SignInAsync("system", Role.Platform);
        object[] events = [new { id = "a", kind = "complaint", campaignId = bed.CampaignId, customer = "K0000001" }, new { id = "b", kind = "applause", campaignId = bed.CampaignId }];

        using var reply = await client.PostAsJsonAsync("/api/v1/events/batch", new { events }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        Assert.Contains("events[1].kind", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var live = await host.Services.GetRequiredService<LiveCounts>().ReadAsync(bed.CampaignId, TestContext.Current.CancellationToken);
        Assert.Empty(live.Metrics);
    }

    [Theory]
    [InlineData("complaints >= 3", 2, false)]
    [InlineData("complaints >= 3", 3, true)]
    [InlineData("complaints / nothing > 1", 3, null)]
    public void A_guardrail_that_cannot_be_decided_is_not_within_limits(string condition, int complaints, bool? expected) =>
        Assert.Equal(expected, Guardrails.Evaluate(condition, new Dictionary<string, object?> { ["complaints"] = complaints }));
}
