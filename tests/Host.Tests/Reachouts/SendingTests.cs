using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class SendingTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    [Theory, ClassData(typeof(Dialects))]
    public async Task At_its_time_everybody_treated_is_messaged_once_and_the_receipts_come_back(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1_200);
        await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks["http-gateway"] = new Uri(host.Address, simulator.Simulation.Callbacks["http-gateway"].PathAndQuery);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten), holdoutEvery: 10);
        Assert.Empty(await bed.CountsAsync());

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        var log = simulator.Simulation.Log.Summary();
        Assert.Equal(1_080, log.Accepted);
        Assert.Empty(log.RecipientsMessagedTwice);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Delivered) == 1_080, "every receipt is applied");
        Assert.Equal(new Dictionary<MessageState, long> { [MessageState.Delivered] = 1_080 }, await bed.CountsAsync());
        await bed.AssertCountersMatchAsync();
        Assert.Contains("【禾光消费金融】尾号", simulator.Simulation.Log.Entries.First().Text, StringComparison.Ordinal);
        Assert.Contains("贷款年化利率(单利)7.2%-19.8%", simulator.Simulation.Log.Entries.First().Text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Every_refusal_has_its_reason_and_the_report_adds_up_to_the_audience(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100, (i, customer) =>
        {
            if (i <= 10)
                customer.ConsentBits = 0;
            if (i is > 10 and <= 15)
                (customer.Phone, customer.PhoneHash) = (null, null);
            if (i is > 20 and <= 24)
                customer.Attributes = """{"overdue_days":3,"open_complaint":false}""";
        });
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new Suppression { Id = Guid.NewGuid(), CustomerNo = 30, Reason = "request", AddedBy = "x", AddedAt = host.Clock.GetUtcNow() });
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.Suppressed] = 1, [SkipReason.NoConsentedChannel] = 15 }, await bed.SkipsAsync());
        Assert.Equal(100, (await bed.CountsAsync()).Values.Sum());
        Assert.Equal(84, simulator.Simulation.Log.Summary().Accepted);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Who_shares_an_address_gets_it_once_and_a_capped_customer_not_again(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        var addresses = (CustomerAddresses)host.Services.GetService(typeof(CustomerAddresses))!;
        await bed.AddCustomersAsync(20, (i, customer) =>
        {
            if (i == 20)
                (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, ReachoutBed.Phone(1)), addresses.Hash(ChannelKind.Sms, ReachoutBed.Phone(1)));
        });
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the first reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.DuplicateAddress] = 1 }, await bed.SkipsAsync());

        await bed.LaunchAsync(ReachoutBed.Brief(Ten.AddHours(1)));
        host.Clock.AdvanceTo(Ten.AddHours(1));

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the second reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.FrequencyCap] = 19 }, await bed.SkipsAsync());
        Assert.Equal(20, simulator.Simulation.Log.Summary().Accepted);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task After_hold_returns_nothing_of_its_scope_leaves_and_a_second_person_lifts_it(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 20 } }, TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3_000);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted > 200), "sending is under way");

        var held = (await bed.Controls.HoldAsync(ControlScope.All, "wrong rate in the text", ReachoutBed.Officer, TestContext.Current.CancellationToken)).Value;

        var sent = simulator.Simulation.Log.Summary().Accepted;
        Assert.True(held.IsComplete, held.ToString());
        Assert.Equal(sent, held.Sent);
        Assert.Equal(0, held.InFlight);
        await Task.Delay(1_500, TestContext.Current.CancellationToken);   // a wait is the point: nothing may happen in it
        Assert.Equal(sent, simulator.Simulation.Log.Summary().Accepted);
        await bed.AssertCountersMatchAsync();

        Assert.Equal("other-person-needed", (await bed.Controls.LiftAsync(ControlScope.All, "text is right", ReachoutBed.Officer, TestContext.Current.CancellationToken)).Refusal!.Type);
        Assert.Null((await bed.Controls.LiftAsync(ControlScope.All, "text is right", ReachoutBed.Second, TestContext.Current.CancellationToken)).Refusal);

        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the rest is sent");
        Assert.Equal(3_000, simulator.Simulation.Log.Summary().Accepted);
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Messages_that_may_have_left_are_unknown_until_the_provider_is_asked(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        simulator.Simulation.Faults.Rates[Fault.ServerErrorAfterAccept] = 0.1;
        simulator.Simulation.Faults.Rates[Fault.ServerError] = 0.1;
        simulator.Simulation.Faults.Rates[Fault.CloseAfterAccept] = 0.05;
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(300);
        await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () =>
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(500));   // the settling is due by the business clock
            var counts = await bed.CountsAsync();
            return counts.GetValueOrDefault(MessageState.Delivered) + counts.GetValueOrDefault(MessageState.Accepted) == 300;
        }, "everybody is messaged", 60);
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        Assert.Equal(300, simulator.Simulation.Log.Summary().DistinctRecipients);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task In_the_customers_quiet_hours_it_waits_for_the_morning_of_their_own_zone(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10, (i, customer) => customer.TimeZone = i <= 3 ? "Asia/Tokyo" : i == 4 ? "Nowhere/Lost" : "Asia/Shanghai");
        await bed.AddGatewayAsync(simulator);
        var night = new DateTimeOffset(2026, 11, 24, 13, 0, 0, TimeSpan.Zero);   // 21:00 in Shanghai
        await bed.LaunchAsync(ReachoutBed.Brief(night, latestMinutes: 24 * 60));
        host.Clock.AdvanceTo(night);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Deferred) == 10, "all wait");

        host.Clock.AdvanceTo(new DateTimeOffset(2026, 11, 25, 0, 0, 1, TimeSpan.Zero));   // 09:00 in Tokyo, 08:00 in Shanghai
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == 3), "Tokyo is served");
        host.Clock.AdvanceTo(new DateTimeOffset(2026, 11, 25, 1, 0, 1, TimeSpan.Zero));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "Shanghai is served");

        Assert.Equal(10, simulator.Simulation.Log.Summary().Accepted);
    }
}
