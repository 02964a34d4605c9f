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

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_events_behind_a_figure_are_listed_in_pages_and_customers_masked_for_those_who_do_not_work_with_them(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten), holdoutEvery: 10);
        using var client = await host.SignInAsync("system", Role.Platform);
        // Several at the same moment: the cursor must not lose any between two pages.
        var batch = new { events = Enumerable.Range(1, 70).Select(i => (object)new { id = $"c{i}", kind = "conversion", campaignId = bed.CampaignId, customer = $"K{i:D7}", value = i, at = Ten.AddMinutes(i / 10), attributes = new { note = "13800000001" } }).Append(new { id = "cost1", kind = "cost", campaignId = bed.CampaignId, value = 100.5, name = "coupons" }).ToList() };
        (await client.PostAsJsonAsync("/api/v1/events/batch", batch, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        var first = await ListAsync(client, bed, "kind=conversion");
        var second = await ListAsync(client, bed, $"kind=conversion&after={first.GetProperty("next").GetString()}");
        var held = await ListAsync(client, bed, "kind=conversion&arm=holdout");
        var costs = await ListAsync(client, bed, "kind=cost");
        using var finance = await host.SignInAsync("gao", Role.Finance);
        var masked = await ListAsync(finance, bed, "kind=conversion");

        string?[] all = [.. Customers(first), .. Customers(second)];
        Assert.Equal((50, 20, 70), (Customers(first).Length, Customers(second).Length, all.Distinct().Count()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(7, Customers(held).Length);
        Assert.Equal((100.5m, "coupons", JsonValueKind.Null), (costs.GetProperty("items")[0].GetProperty("value").GetDecimal(), costs.GetProperty("items")[0].GetProperty("name").GetString(), costs.GetProperty("items")[0].GetProperty("customer").ValueKind));
        Assert.All(Customers(masked), customer => Assert.Equal("K0***", customer));
        Assert.DoesNotContain("13800000001", first.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.GetAsync($"/api/v1/campaigns/{bed.CampaignId}/events?kind=applause", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.GetAsync($"/api/v1/campaigns/{bed.CampaignId}/events?after=nonsense!", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static string?[] Customers(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("customer").GetString())];

    private static async Task<JsonElement> ListAsync(HttpClient client, ReachoutBed bed, string query) =>
        await client.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/events?{query}", TestContext.Current.CancellationToken);

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
