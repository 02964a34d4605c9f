using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class ReportTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_report_adds_up_to_the_audience_before_during_and_after(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await LaunchedAsync(host, simulator);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var before = await ReportAsync(owner, bed);
        Assert.True(before.GetProperty("addsUp").GetBoolean());
        Assert.Equal([("holdout", 30L), ("not-planned", 270L)], Lines(before));

        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(
            async () =>
            {
                Assert.True((await ReportAsync(owner, bed)).GetProperty("addsUp").GetBoolean());
                return await bed.StateAsync() == ReachoutState.Completed;
            },
            "the reach-out is completed");

        var after = await ReportAsync(owner, bed);
        Assert.Equal(300, after.GetProperty("audience").GetInt64());
        Assert.Equal([("holdout", 30L), ("accepted", 252L), ("skipped", 18L)], Lines(after));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_did_not_reach_anybody_is_planned_again_and_looked_at_anew(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await LaunchedAsync(host, simulator);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var reachout = (await bed.Ledger.ReachoutsAsync(bed.CampaignId, Token)).Single().Id;
        // Half of those without consent gave it; of them one has since fallen overdue.
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                foreach (var customer in tx.Db.Customers.Where(row => row.CustomerNo <= 10).ToList())
                {
                    tx.Db.Attach(customer);
                    (customer.ConsentBits, customer.Version) = (new ConsentSet(0).With(Channels.ChannelKind.Sms, Channels.Purpose.Marketing, true).Bits, customer.Version + 1);
                }
                return Task.CompletedTask;
            },
            Token);

        var refused = await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/reachouts/{reachout}/replan", new ReplanRequest([SkipReason.ProviderOptOut], ""), JsonDefaults.Options, Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var reply = await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/reachouts/{reachout}/replan", new ReplanRequest([SkipReason.NoConsentedChannel], "consents were imported late"), JsonDefaults.Options, Token);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));

        Assert.Equal(18, (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("messages").GetInt64());
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the rest is looked at again");
        Assert.Equal([("holdout", 30L), ("accepted", 261L), ("skipped", 9L)], Lines(await ReportAsync(owner, bed)));
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_ledger_is_exported_masked_and_one_customers_history_shows_every_check(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await LaunchedAsync(host, simulator);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        using var owner = await host.SignInAsync("lin", Role.Owner);

        var csv = await owner.GetStringAsync($"/api/v1/campaigns/{bed.CampaignId}/ledger.csv", Token);
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(271, lines.Length);
        Assert.DoesNotContain(ReachoutBed.Phone(51)[1..], csv, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("K0000051", StringComparison.Ordinal) && line.Contains("Accepted", StringComparison.Ordinal) && line.Contains('*', StringComparison.Ordinal));
        var skipped = await owner.GetStringAsync($"/api/v1/campaigns/{bed.CampaignId}/ledger.csv?state=skipped", Token);
        Assert.Equal(19, skipped.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.GetAsync($"/api/v1/campaigns/{bed.CampaignId}/ledger.csv?state=nonsense", Token)).StatusCode);
        var records = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/audit", Token)).EnumerateArray().Where(row => row.GetProperty("type").GetString() == "data-exported").ToList();
        Assert.Equal(["lin ledger 270", "lin ledger 18"], records.Select(row => $"{row.GetProperty("actor").GetString()} {row.GetProperty("subject").GetString()} {row.GetProperty("data").GetProperty("rows").GetString()}"));
        Assert.Equal("skipped", records[1].GetProperty("data").GetProperty("filter").GetProperty("state").GetString());

        var history = await owner.GetFromJsonAsync<JsonElement>("/api/v1/customers/K0000002/history", Token);
        var message = history[0].GetProperty("messages")[0];
        Assert.Equal(("skipped", "noConsentedChannel"), (message.GetProperty("state").GetString(), message.GetProperty("reason").GetString()));
        var checks = message.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("check").GetString()!, check => check.GetProperty("verdict").GetString());
        Assert.Equal("refuse", checks["channel"]);
        Assert.Equal(["globalHoldout", "suppression", "exclusion", "channel", "quietHours", "frequencyCap", "address", "switches", "package", "time"], checks.Keys);
        var sent = await owner.GetFromJsonAsync<JsonElement>("/api/v1/customers/K0000051/history", Token);
        Assert.Contains(sent[0].GetProperty("messages")[0].GetProperty("checks").EnumerateArray(), check => check.GetProperty("check").GetString() == "frequencyCap" && check.GetProperty("detail").GetString()!.StartsWith("1/1 today", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/api/v1/customers/nobody/history", Token)).StatusCode);
    }

    /// <summary>300 customers, every tenth held out; the first twenty have no consent, two of them are held out.</summary>
    private static async Task<ReachoutBed> LaunchedAsync(TestHost host, SimulatorHost simulator)
    {
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(300, (i, customer) => customer.ConsentBits = i <= 20 ? 0 : customer.ConsentBits);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten), holdoutEvery: 10);
        return bed;
    }

    private static async Task<JsonElement> ReportAsync(HttpClient client, ReachoutBed bed) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/reports", JsonDefaults.Options, Token))[0];

    private static List<(string, long)> Lines(JsonElement report) =>
        [.. report.GetProperty("lines").EnumerateArray().Select(line => (line.GetProperty("outcome").GetString()!, line.GetProperty("count").GetInt64()))];
}
