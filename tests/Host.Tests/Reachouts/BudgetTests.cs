using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class BudgetTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The text has one segment: a message is ¥0.05.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task Nothing_is_sent_beyond_a_line_of_the_budget_and_the_campaign_says_why(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(700);
        await bed.AddGatewayAsync(simulator, price: 0.05m);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten) with { Budget = new Budget { Lines = [new BudgetLine("SMS", 15) { Channels = ["sms"] }] } });

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => (await BudgetAsync(host, bed, "SMS")).ExhaustedAt is not null && (await bed.CountsAsync()).GetValueOrDefault(MessageState.Leased) == 0, "the budget is used up");
        var accepted = simulator.Simulation.Log.Summary().Accepted;
        var budget = await BudgetAsync(host, bed, "SMS");
        Assert.Equal(300, accepted);
        Assert.Equal((15m, 0m, 15m, 0m), (budget.Amount, budget.Reserved, budget.Spent, budget.Left));
        Assert.Equal(15m, (await BudgetAsync(host, bed, MessageBudget.Whole)).Spent);
        Assert.Equal(400, (await bed.CountsAsync())[MessageState.Planned]);
        // The micro-batch that takes the last of it is not the one that finds nothing.
        Assert.Equal(1, await host.Database.ReadAsync((db, token) => db.AuditEvents.CountAsync(row => row.Type == "budget-exhausted", token), Token));
        host.Clock.Advance(TimeSpan.FromHours(5));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "what had no money expires at its latest time");
        Assert.Equal(400, (await bed.Ledger.CountsAsync(bed.CampaignId, Token)).Where(row => row is { State: MessageState.Expired, Reason: SkipReason.Budget }).Sum(row => row.Count));
        Assert.Equal(300, simulator.Simulation.Log.Summary().Accepted);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Money_comes_back_for_what_was_not_delivered_and_stays_reserved_for_what_is_unknown(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        simulator.Simulation.Faults.Rates[Fault.ServerErrorAfterAccept] = 0.3;
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(200);
        // Without a way to ask, unknown stays unknown.
        await bed.AddGatewayAsync(simulator, price: 0.05m, settings: WithoutQuery(simulator));
        await bed.LaunchAsync(ReachoutBed.Brief(Ten) with { Budget = new Budget { Messages = 100 } });

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        var counts = await bed.CountsAsync();
        var budget = await BudgetAsync(host, bed, MessageBudget.Whole);
        Assert.True(counts[MessageState.Unknown] > 10, "the simulator left some unknown");
        Assert.Equal(counts[MessageState.Unknown] * 0.05m, budget.Reserved);
        Assert.Equal((counts.GetValueOrDefault(MessageState.Accepted) + counts.GetValueOrDefault(MessageState.Delivered)) * 0.05m, budget.Spent);
        await AssertCostsMatchAsync(host, bed);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_cost_of_a_campaign_is_what_its_messages_came_to_and_what_was_reported_beside(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(20);
        await bed.AddGatewayAsync(simulator, price: 0.05m);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        using var platform = await host.SignInAsync("system", Role.Platform);
        using (var reply = await platform.PostAsJsonAsync("/api/v1/events/batch", new { events = new[] { new { id = "cost1", kind = "cost", campaignId = bed.CampaignId, value = 100.5 }, new { id = "cost2", kind = "cost", campaignId = bed.CampaignId, value = 0.25 } } }, Token))
            reply.EnsureSuccessStatusCode();

        var figures = (await platform.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/monitoring", Token)).GetProperty("figures");

        Assert.Equal((20 * 0.05m) + 100.5m + 0.25m, figures.GetProperty("cost").GetDecimal());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Two_campaigns_share_an_account_fairly_and_never_exceed_its_rate(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(150);
        await bed.AddGatewayAsync(simulator, rate: 50);
        var unlimited = new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null };
        await bed.LaunchAsync(ReachoutBed.Brief(Ten, limits: unlimited));
        var first = bed.CampaignId;
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await bed.LaunchAsync(ReachoutBed.Brief(Ten, limits: unlimited));

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromMilliseconds(100));   // the waits are by the business clock, the rate is by the real one
                return await DoneAsync(bed, first) && await DoneAsync(bed, bed.CampaignId);
            },
            "both are sent");
        var at = simulator.Simulation.Log.Entries.Select(entry => entry.At).Order().ToList();
        Assert.Equal(300, at.Count);
        // The first call of a cold program is late and its next ones catch up with their places.
        Assert.True(at[^1] - at[75] >= TimeSpan.FromSeconds(4), $"225 messages at 50/s took {at[^1] - at[75]}");
        // Neither waits for the other to end: among the first half are at least a quarter of each.
        var half = simulator.Simulation.Log.Entries.OrderBy(entry => entry.At).Take(200).GroupBy(entry => entry.Id.Split('.')[0]).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(2, half.Count);
        Assert.All(half.Values, count => Assert.True(count >= 50, $"{count} of the first 200"));
    }

    [Fact]
    public void A_budget_line_that_pays_for_messages_names_known_channels_and_phases_once()
    {
        var brief = ReachoutBed.Brief(Ten) with
        {
            Budget = new Budget { Messages = -1, Lines = [new BudgetLine("SMS", 1) { Channels = ["sms", "pigeon"], Phases = ["closing"] }, new BudgetLine("SMS", 2) { Channels = ["push"] }] },
        };

        var problems = BriefCheck.Check(brief).Select(problem => problem.Field).ToList();

        Assert.Equal(["budget.messages", "budget.lines[0].channels", "budget.lines[0].phases", "budget.lines[1].name"], problems);
    }

    private static async Task<bool> DoneAsync(ReachoutBed bed, Guid campaign) => (await bed.Ledger.ReachoutsAsync(campaign, Token)).Single().State == ReachoutState.Completed;

    private static string WithoutQuery(SimulatorHost simulator)
    {
        var settings = System.Text.Json.Nodes.JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings.Remove("query");
        return settings.ToJsonString();
    }

    private static async Task<BudgetView> BudgetAsync(TestHost host, ReachoutBed bed, string name)
    {
        using var client = await host.SignInAsync("lin", Role.Owner);
        var budgets = (await client.GetFromJsonAsync<List<BudgetView>>($"/api/v1/campaigns/{bed.CampaignId}/budgets", Orchestrator.Host.Web.JsonDefaults.Options, Token))!;
        return budgets.Single(budget => budget.Name == name);
    }

    /// <summary>Buckets and messages must tell the same.</summary>
    private static async Task AssertCostsMatchAsync(TestHost host, ReachoutBed bed)
    {
        var (bucket, rows) = await host.Database.ReadAsync(
            async (db, token) => (await MessageBudgets.Uses(db, [bed.CampaignId]).SingleAsync(row => row.Name == "", token), await db.Messages.Select(row => new { row.State, row.Cost }).ToListAsync(token)), Token);
        Assert.Equal(rows.Where(row => row.State is MessageState.Leased or MessageState.Unknown).Sum(row => row.Cost), bucket.Reserved);
        Assert.Equal(rows.Where(row => row.State is MessageState.Accepted or MessageState.Delivered).Sum(row => row.Cost), bucket.Spent);
    }
}
