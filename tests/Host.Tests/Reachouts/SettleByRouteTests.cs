using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Unknown messages whose account changed before they were settled.</summary>
public sealed class SettleByRouteTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_left_for_the_provider_is_asked_there_when_the_account_is_back_in_the_sandbox(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var account = await SendIntoTheUnknownAsync(host, bed, simulator);

        _ = (await host.Services.GetRequiredService<ChannelAccounts>().BackToSandboxAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        await LetSettleAsync(host, bed);

        Assert.Equal(new Dictionary<MessageState, long> { [MessageState.Delivered] = 5 }, await bed.CountsAsync());
        await AssertOnceAsync(bed, simulator);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task That_another_account_at_the_provider_knows_nothing_of_it_proves_nothing(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var account = await SendIntoTheUnknownAsync(host, bed, simulator);

        // Asked with these settings, the provider finds nothing, and says so for certain.
        var settings = Settings(simulator);
        settings["query"]!["request"]!["query"]!["id"] = "elsewhere-${echo}";
        await ChangeAndGoLiveAsync(host, account, settings);
        await LetSettleAsync(host, bed);

        Assert.Equal(new Dictionary<MessageState, long> { [MessageState.Unknown] = 5 }, await bed.CountsAsync());
        await AssertOnceAsync(bed, simulator);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_message_of_the_sandbox_is_written_down_as_one_and_its_account_is_another_route_once_it_is_live(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        var account = await bed.AddGatewayAsync(simulator, live: false);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Delivered) == 1, "the outbox has it");

        Assert.Equal(0, (await bed.MessagesAsync()).Single().Route);
        _ = (await host.Services.GetRequiredService<ChannelAccounts>().RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        var live = (await host.Services.GetRequiredService<ChannelAccounts>().ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
        Assert.Equal(1, live.RouteOfSends);
    }

    /// <summary>Five messages that the provider took without an answer.</summary>
    private static async Task<ChannelAccount> SendIntoTheUnknownAsync(TestHost host, ReachoutBed bed, SimulatorHost simulator)
    {
        simulator.Simulation.Faults.Rates[Fault.CloseAfterAccept] = 1;
        await bed.AddCustomersAsync(5);
        var account = await bed.AddGatewayAsync(simulator, settings: Settings(simulator).ToJsonString());
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Unknown) == 5, "nobody knows what became of them");
        simulator.Simulation.Faults.Rates.Clear();
        return account;
    }

    private static JsonObject Settings(SimulatorHost simulator)
    {
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["timeoutSeconds"] = 1;   // may be asked about the sooner
        return settings;
    }

    private static async Task ChangeAndGoLiveAsync(TestHost host, ChannelAccount account, JsonObject settings)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var parsed = JsonDocument.Parse(settings.ToJsonString());
        var changed = (await accounts.ChangeAsync(account.Id, account.Version, new AccountCommand("gateway", "http-gateway", parsed.RootElement) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:" }, ReachoutBed.Owner, Token)).Value;
        Assert.Equal((2, 0), (changed.Route, changed.RouteOfSends));
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
    }

    /// <summary>Until nothing is left to ask about, and nothing is on its way again.</summary>
    private static async Task LetSettleAsync(TestHost host, ReachoutBed bed)
    {
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(1));
                return !await bed.Database.ReadAsync((db, token) => db.MessageIssues.AnyAsync(row => row.SettleAfter > 0, token), Token);
            },
            "nothing is left to ask about", 120);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).All(pair => pair.Value == 0 || !pair.Key.IsOpen()), "nothing is open", 120);
    }

    private static async Task AssertOnceAsync(ReachoutBed bed, SimulatorHost simulator)
    {
        Assert.Equal((5L, 5L), (simulator.Simulation.Log.Summary().Requests, simulator.Simulation.Log.Summary().Accepted));
        Assert.False(await bed.Database.ReadAsync((db, token) => db.SandboxMessages.AnyAsync(token), Token));
        await bed.AssertCountersMatchAsync();
    }
}
