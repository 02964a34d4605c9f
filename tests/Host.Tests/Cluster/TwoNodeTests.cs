using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Cluster;

/// <summary>Two whole programs on one PostgreSQL database.</summary>
public sealed class TwoNodeTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_signed_in_at_one_node_is_signed_in_at_the_other()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        using var browser = await first.SignInAsync("ops", Role.Platform);
        // The other node has used its key ring before it sees the first one's cookie.
        using var other = await second.SignInAsync("audit", Role.Auditor);

        using var reply = await browser.GetAsync(new Uri(second.Address, "/api/v1/incidents"), Token);
        using var anonymous = await first.Anonymous().GetAsync(new Uri(second.Address, "/api/v1/incidents"), Token);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task A_request_repeated_at_another_node_gets_the_first_reply_and_changes_nothing()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        using var officer = await first.SignInAsync("chen", Role.Compliance);

        async Task<HttpResponseMessage> HoldAsync(TestHost host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "/api/v1/holds")) { Content = JsonContent.Create(new HoldRequest("all", "Check the wording")) };
            request.Headers.Add("Idempotency-Key", "once");
            return await officer.SendAsync(request, Token);
        }

        using var one = await HoldAsync(first);
        using var again = await HoldAsync(second);

        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(await one.Content.ReadAsStringAsync(Token), await again.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_recurring_trigger_fires_once_over_both_nodes_and_goes_on_when_one_is_gone()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        first.Clock.Release();
        var second = await TestHost.StartBesideAsync(first);
        await using (second)
        {
            second.Clock.Release();
            await first.Database.WriteAsync(
                (tx, token) => first.Services.GetRequiredService<RecurringTriggers>().SetAsync(tx, new NewTrigger("tick", SettleUnknown.WorkKind, "* * * * * ?", "Asia/Shanghai"), token), Token);

            await Eventually.HoldsAsync(async () => (await FiringsAsync(first)).Count >= 4, "the trigger fires");
            Assert.Equal(2, await CountAsync(first, "SELECT COUNT(*) FROM qrtz_scheduler_state"));
            Assert.Equal(1, await CountAsync(first, "SELECT COUNT(*) FROM qrtz_triggers WHERE trigger_name = 'tick'"));
        }
        var before = (await FiringsAsync(first)).Count;
        await Eventually.HoldsAsync(async () => (await FiringsAsync(first)).Count >= before + 3, "the trigger fires on the node that is left");
        var firings = await FiringsAsync(first);
        Assert.Equal(firings.Count, firings.Distinct().Count());
    }

    [Fact]
    public async Task After_a_hold_returned_no_message_leaves_on_any_node()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 400 } }, Token);
        var bed = await LaunchAsync(first, simulator, customers: 6_000);
        first.Clock.AdvanceTo(Ten);
        second.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await SendersAsync(first)).Count == 2 && simulator.Simulation.Log.Summary().Requests > 200, "both nodes send");

        var result = (await bed.Controls.HoldAsync(ControlScope.Campaign(bed.CampaignId), "Wrong wording", ReachoutBed.Officer, Token)).Value;
        for (var wait = 0; !result.IsComplete && wait < 10; wait++)
            result = await bed.Controls.WaitAsync(ControlScope.Campaign(bed.CampaignId), TimeSpan.FromSeconds(5), Token);
        var left = simulator.Simulation.Log.Summary().Requests;
        await Task.Delay(TimeSpan.FromSeconds(2), Token);   // proves an absence: there is no event to wait for

        Assert.True(result.IsComplete);
        Assert.Equal(left, simulator.Simulation.Log.Summary().Requests);
        Assert.True(result.Held > 0, "Everything had left before the hold; make the sink slower.");
        Assert.Equal(left, result.Sent);
        await bed.AssertCountersMatchAsync();
    }

    [Fact]
    public async Task While_another_node_has_messages_in_flight_a_hold_says_how_many()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 3000 } }, Token);
        var bed = await LaunchAsync(first, simulator, customers: 40);
        using var officer = await first.SignInAsync("chen", Role.Compliance);
        // Only the second node finds its work due.
        second.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await InFlightAsync(first) > 0, "the second node has leased");

        var during = await bed.Controls.WaitAsync(ControlScope.Campaign(bed.CampaignId), TimeSpan.Zero, Token);
        using var hold = await officer.PostAsJsonAsync("/api/v1/holds", new HoldRequest($"campaign:{bed.CampaignId:N}", "Wrong wording"), Token);
        var body = await hold.Content.ReadFromJsonAsync<JsonElement>(Token);

        Assert.False(during.IsComplete);
        Assert.Equal(hold.StatusCode == HttpStatusCode.Accepted, body.GetProperty("inFlight").GetInt64() > 0);
        Assert.Equal(HttpStatusCode.OK, hold.StatusCode);
        Assert.Equal(simulator.Simulation.Log.Summary().Requests, body.GetProperty("sent").GetInt64());
    }

    private static async Task<ReachoutBed> LaunchAsync(TestHost host, SimulatorHost simulator, int customers)
    {
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(customers);
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["timeoutSeconds"] = 15;
        await bed.AddGatewayAsync(simulator, settings: settings.ToJsonString());
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        return bed;
    }

    private static Task<long> InFlightAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.Messages.LongCountAsync(row => row.State == MessageState.Leased, token), Token);

    private static Task<List<string>> SendersAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Kind == SendBatchHandler.WorkKind && row.State == WorkState.Leased).Select(row => row.Node!).Distinct().ToListAsync(token), Token);

    private static Task<List<string>> FiringsAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Key.StartsWith("tick@")).Select(row => row.Key).ToListAsync(token), Token);

    private static async Task<long> CountAsync(TestHost host, string sql)
    {
        await using var connection = new NpgsqlConnection(host.Postgres);
        return await connection.ExecuteScalarAsync<long>(sql);
    }
}
