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
    private const int Customers = 6_000;
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    // The second phase is due on the second node only, whose clock is ahead: so both send, whoever is quicker.
    private static readonly DateTimeOffset Later = Ten.AddMinutes(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_nodes_never_spend_more_than_the_budget_and_spend_all_of_it()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 300, Rates = { [Fault.Throttled] = 0.05 } } }, Token);
        var bed = await BeginAsync(first, simulator, new Budget { Lines = [new BudgetLine("SMS", 150) { Channels = ["sms"] }] }, rate: null);   // 3,000 messages
        var overdrawn = 0L;
        await BothSendAsync(first, second, simulator);
        await Eventually.HoldsAsync(
            async () =>
            {
                Advance(first, second, 1_000);
                overdrawn = Math.Max(overdrawn, await first.Database.ReadAsync((db, token) => db.MessageBudgets.LongCountAsync(row => row.Amount != null && db.BudgetShares.Where(share => share.CampaignId == row.CampaignId && share.Name == row.Name).Sum(share => share.Reserved + share.Spent) > row.Amount, token), Token));
                return simulator.Simulation.Log.Summary().Accepted >= 3_000 && (await bed.CountsAsync()).GetValueOrDefault(MessageState.Leased) == 0;
            },
            "the budget is used up", 180);

        Assert.Equal(0, overdrawn);
        Assert.Equal(3_000, simulator.Simulation.Log.Summary().Accepted);
        var budget = await first.Database.ReadAsync((db, token) => MessageBudgets.Uses(db, [bed.CampaignId]).SingleAsync(row => row.Name == "SMS", token), Token);
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
        var began = TimeProvider.System.GetUtcNow();
        await BothSendAsync(first, second, simulator);

        await Eventually.HoldsAsync(
            async () =>
            {
                Advance(first, second, 100);
                return simulator.Simulation.Log.Summary().Accepted >= 1_500;
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
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Budget = budget, Limits = new Limits { PerCustomerPerDay = 2, PerCustomerPer30Days = 2 }, Phases = [brief.Phases[0], brief.Phases[0] with { Key = "later", Name = "Later", Time = brief.Phases[0].Time.AddMinutes(30) }] });
        return bed;
    }

    /// <summary>The first node sends the first phase; then the second phase falls due on the second node, which finds the first one's batches not due.</summary>
    private static async Task BothSendAsync(TestHost first, TestHost second, SimulatorHost simulator)
    {
        first.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted > 0), "the first node sends", 90);
        second.Clock.AdvanceTo(Later);
        var senders = new HashSet<string>();
        await Eventually.HoldsAsync(
            async () =>
            {
                Advance(first, second, 100);
                senders.UnionWith(await SendersAsync(first));
                return senders.Count == 2;
            },
            "both nodes send", 90);
    }

    // Whatever waits, waits by the business clock: for a throttled provider, a bucket, a place in the rate.
    private static void Advance(TestHost first, TestHost second, int milliseconds)
    {
        first.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        second.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }

    private static Task<List<string>> SendersAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Kind == SendBatchHandler.WorkKind && row.State == WorkState.Leased).Select(row => row.Node!).Distinct().ToListAsync(token), Token);
}
