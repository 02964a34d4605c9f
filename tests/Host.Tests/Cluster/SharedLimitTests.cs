using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Cluster;

/// <summary>What two nodes that send at the same time must not exceed together.</summary>
public sealed class SharedLimitTests
{
    private const int Customers = 6_000;   // three batches, so that both nodes find one
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_nodes_never_spend_more_than_the_budget_and_spend_all_of_it()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 300, Rates = { [Fault.Throttled] = 0.05 } } }, Token);
        var bed = await BeginAsync(first, simulator, new Budget { Lines = [new BudgetLine("SMS", 150) { Channels = ["sms"] }] }, rate: null);   // 3,000 messages
        var overdrawn = 0L;
        first.Clock.AdvanceTo(Ten);
        second.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await SendersAsync(first)).Count == 2 && simulator.Simulation.Log.Summary().Accepted > 100, "both nodes send", 90);

        await Eventually.HoldsAsync(
            async () =>
            {
                first.Clock.Advance(TimeSpan.FromSeconds(1));   // throttled messages and empty buckets are looked at again by the business clock
                second.Clock.Advance(TimeSpan.FromSeconds(1));
                overdrawn = Math.Max(overdrawn, await first.Database.ReadAsync((db, token) => db.Set<MessageBudget>().LongCountAsync(row => row.Amount != null && row.Reserved + row.Spent > row.Amount, token), Token));
                return simulator.Simulation.Log.Summary().Accepted >= 3_000 && (await bed.CountsAsync()).GetValueOrDefault(MessageState.Leased) == 0;
            },
            "the budget is used up", 180);

        Assert.Equal(0, overdrawn);
        Assert.Equal(3_000, simulator.Simulation.Log.Summary().Accepted);
        var budget = await first.Database.ReadAsync((db, token) => db.Set<MessageBudget>().SingleAsync(row => row.Name == "SMS", token), Token);
        Assert.Equal((150_000_000L, 0L), (budget.Spent, budget.Reserved));
        await bed.AssertCountersMatchAsync();
    }

    [Fact]
    public async Task Two_nodes_together_never_send_faster_than_the_accounts_rate()
    {
        const double Rate = 200;
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BeginAsync(first, simulator, new Budget(), Rate);
        var both = false;
        var began = TimeProvider.System.GetUtcNow();
        first.Clock.AdvanceTo(Ten);
        second.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(
            async () =>
            {
                first.Clock.Advance(TimeSpan.FromMilliseconds(100));   // the waits are by the business clock, the rate is by the real one
                second.Clock.Advance(TimeSpan.FromMilliseconds(100));
                both |= (await SendersAsync(first)).Count == 2;
                return both && simulator.Simulation.Log.Summary().Accepted >= 1_500;
            },
            "both nodes have sent a good part", 120);
        _ = await bed.Controls.StopAsync(bed.CampaignId, "enough", ReachoutBed.Owner, Token);

        // No message can be earlier than its place, the n-th from the beginning; later ones only make room. A clock's tick is forgiven.
        var at = simulator.Simulation.Log.Entries.Select(entry => entry.At).Order().ToList();
        var early = at.Select((time, i) => began.AddSeconds(i / Rate) - time).Max();
        Assert.True(early <= TimeSpan.FromMilliseconds(20), $"a message was {early} before its place");
    }

    private static async Task<ReachoutBed> BeginAsync(TestHost host, SimulatorHost simulator, Budget budget, double? rate)
    {
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(Customers);
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["timeoutSeconds"] = 30;
        await bed.AddGatewayAsync(simulator, settings: settings.ToJsonString(), price: 0.05m, rate: rate);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten) with { Budget = budget });
        return bed;
    }

    private static Task<List<string>> SendersAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Kind == SendBatchHandler.WorkKind && row.State == WorkState.Leased).Select(row => row.Node!).Distinct().ToListAsync(token), Token);
}
