using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Variants of text, channel and time: everybody gets the one that the hash of their id says, and only that.</summary>
public sealed class VariantTests
{
    private const int Customers = 60;
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Everybody_gets_the_text_of_their_variant(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(Customers);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        var test = Test(new Variant { Key = "plain" }, new Variant { Key = "warm", Texts = [brief.Phases[0].Texts[0] with { Body = "{{sig}}温馨提示:会员日{{start}}开始。{{rate}}{{out}}" }] });
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Experiment = test }] });

        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == Customers), "all is out");

        var warm = simulator.Simulation.Log.Entries.Where(entry => entry.Text.Contains("温馨提示", StringComparison.Ordinal)).Select(entry => entry.To).ToHashSet();
        Assert.Equal(Drawn(bed, test, variant: 2).Select(ReachoutBed.Phone).ToHashSet(), warm);
        Assert.InRange(warm.Count, 1, Customers - 1);
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        await AssertDrawnAsync(host, bed, test);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Everybody_is_reached_on_the_channel_of_their_variant(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(Customers, (i, customer) =>
        {
            (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"token-{i:D10}"), addresses.Hash(ChannelKind.Push, $"token-{i:D10}"));
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
        });
        await bed.AddGatewayAsync(simulator);
        await bed.AddPushAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        var text = brief.Phases[0].Texts[0];
        var test = Test(new Variant { Key = "text" }, new Variant { Key = "push", Channels = ["push"], Texts = [text with { Channel = "push", Subject = "会员日" }] });
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Experiment = test }] });

        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.MessagesAsync()) is { Count: Customers } rows && rows.All(row => row.State is MessageState.Accepted or MessageState.Delivered), "all is out");

        var pushed = (await bed.MessagesAsync()).Where(row => LedgerChannel.Name(row.Channel) == "push").Select(row => row.CustomerNo).ToHashSet();
        var numbers = await NumbersAsync(host);
        Assert.Equal(Drawn(bed, test, variant: 2).Select(i => numbers[i - 1]).ToHashSet(), pushed);
        Assert.InRange(pushed.Count, 1, Customers - 1);
        await AssertDrawnAsync(host, bed, test);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Everybody_is_messaged_at_the_time_of_their_variant(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(Customers);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        var test = Test(new Variant { Key = "morning" }, new Variant { Key = "afternoon", Time = new TimeOnly(15, 0) });
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Experiment = test }] });
        var (morning, afternoon) = (Drawn(bed, test, 1).Select(ReachoutBed.Phone).ToHashSet(), Drawn(bed, test, 2).Select(ReachoutBed.Phone).ToHashSet());

        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => morning.SetEquals(Sent(simulator)) && (await bed.MessagesAsync()).Count(row => row.State == MessageState.Deferred) == afternoon.Count, "the morning's are out, the afternoon's wait");
        host.Clock.AdvanceTo(Ten.AddHours(5).AddMinutes(-1));
        Assert.True(morning.SetEquals(Sent(simulator)));
        host.Clock.AdvanceTo(Ten.AddHours(5).AddMinutes(1));
        await Eventually.HoldsAsync(() => Task.FromResult(Sent(simulator).Count == Customers), "the afternoon's are out");

        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        Assert.InRange(afternoon.Count, 1, Customers - 1);
        await AssertDrawnAsync(host, bed, test);
    }

    private static Experiment Test(params Variant[] variants) => new() { Key = "test", Variants = variants };

    private static HashSet<string> Sent(SimulatorHost simulator) => simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => entry.To).ToHashSet();

    /// <summary>Numbers of the customers for whom the hash says this variant.</summary>
    private static IEnumerable<int> Drawn(ReachoutBed bed, Experiment test, short variant) =>
        Enumerable.Range(1, Customers).Where(i => Assignment.VariantOf(test, bed.CampaignId, $"K{i:D7}") == variant);

    /// <summary>The ledger says of each message which variant it was.</summary>
    private static async Task AssertDrawnAsync(TestHost host, ReachoutBed bed, Experiment test)
    {
        var variants = (await bed.MessagesAsync()).ToDictionary(row => row.CustomerNo, row => (int)row.Variant);
        var numbers = await NumbersAsync(host);
        var offset = variants[numbers[0]] - Assignment.VariantOf(test, bed.CampaignId, "K0000001");
        Assert.Equal(numbers.Select((_, i) => Assignment.VariantOf(test, bed.CampaignId, $"K{i + 1:D7}") + offset), numbers.Select(number => variants[number]));
        await bed.AssertCountersMatchAsync();
    }

    private static Task<List<long>> NumbersAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.Customers.OrderBy(row => row.ExternalId).Select(row => row.CustomerNo).ToListAsync(token), Token);

}
