using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Steps that follow what customers did, and what goes by a customer's own habits.</summary>
public sealed class FollowUpTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai
    private static readonly Limits Unlimited = new() { PerCustomerPerDay = null, PerCustomerPer30Days = null };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Whoever_did_not_follow_the_link_is_reminded_and_nobody_else(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(WithStep(StepWhen.NotClicked));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the messages are out");
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var links = ShortLinks.Sent(simulator);

        foreach (var i in new[] { 2, 7 })
            Assert.Equal(HttpStatusCode.Redirect, (await ShortLinks.ClickAsync(host, links[ReachoutBed.Phone(i)])).StatusCode);
        await bed.LetStepComeAsync(1, 8);

        Assert.Equal(Phones(1, 3, 4, 5, 6, 8, 9, 10), Reminded(simulator));
        await bed.AssertCountersMatchAsync();
    }

    [Theory]
    [InlineData(DatabaseDialect.Sqlite, StepWhen.Converted)]
    [InlineData(DatabaseDialect.Sqlite, StepWhen.NotConverted)]
    [InlineData(DatabaseDialect.PostgreSql, StepWhen.Converted)]
    [InlineData(DatabaseDialect.PostgreSql, StepWhen.NotConverted)]
    public async Task Who_converted_is_thanked_or_who_did_not_is_reminded(DatabaseDialect dialect, string when)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(WithStep(when));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the messages are out");

        using var platform = await host.SignInAsync("pan", Role.Platform);
        int[] converted = [3, 4, 9];
        var events = converted.Select(i => new { id = $"loan-{i}", kind = "conversion", campaignId = bed.CampaignId, customer = $"K{i:D7}", value = 8600 });
        (await platform.PostAsJsonAsync("/api/v1/events/batch", new { events }, Token)).EnsureSuccessStatusCode();
        await bed.LetStepComeAsync(1, when == StepWhen.Converted ? 3 : 7);

        Assert.Equal(when == StepWhen.Converted ? Phones(3, 4, 9) : Phones(1, 2, 5, 6, 7, 8, 10), Reminded(simulator));
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_receipt_that_comes_late_takes_nobodys_follow_up_away(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(6);
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(WithStep(StepWhen.NotConverted));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the messages are out");
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.SendBatches.AllAsync(row => row.State == BatchState.Awaiting, token), Token), "the batch waits for the step");

        // Half an hour later two of them are known to have arrived.
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        var arrived = (await bed.MessagesAsync()).Take(2).Select(row => new Receipt { MessageId = new MessageId(row.OccurrenceId, row.CustomerNo, row.Step).ToString(), Attempt = row.Attempt, Status = ReceiptStatus.Delivered });
        await host.Services.GetRequiredService<ReceiptApplier>().ApplyAsync(account, [.. arrived], Token);
        await bed.LetStepComeAsync(1, 6);

        Assert.Equal(6, (await bed.MessagesAsync()).Count(row => row.Step == 1));
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Everybody_is_messaged_at_the_hour_at_which_they_click_most_where_they_are(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(6, (i, customer) => customer.TimeZone = i == 3 ? "Asia/Urumqi" : "Asia/Shanghai");
        await bed.AddGatewayAsync(simulator);
        var numbers = await NumbersAsync(host);
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                // 1 and 3 click at two in the afternoon, 2 at nine: that is tomorrow. Nobody knows about the others.
                tx.Db.AddRange(Clicks(1, 14, 5), Clicks(1, 10, 2), Clicks(2, 9, 1), Clicks(3, 14, 1));
                return Task.CompletedTask;
            },
            Token);
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Timing = SendTimings.BestTime }] });

        foreach (var (hours, who) in new (double, int[])[] { (0, [4, 5, 6]), (3.9, [4, 5, 6]), (4, [1, 4, 5, 6]), (6, [1, 3, 4, 5, 6]), (23, [1, 2, 3, 4, 5, 6]) })
        {
            host.Clock.AdvanceTo(Ten.AddHours(hours).AddMinutes(1));
            await Eventually.HoldsAsync(
                () => Task.FromResult(Phones(who).SequenceEqual(simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => entry.To).Order(StringComparer.Ordinal))),
                $"{who.Length} are out {hours} hours from ten in Shanghai");
        }
        await bed.AssertCountersMatchAsync();

        ClickHour Clicks(int customer, short hour, int count) => new() { CustomerNo = numbers[customer - 1], Hour = hour, Clicks = count };
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_customer_who_prefers_a_channel_of_the_phase_gets_the_message_there_and_the_follow_up_too(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(8, (i, customer) =>
        {
            (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"token-{i:D10}"), addresses.Hash(ChannelKind.Push, $"token-{i:D10}"));
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
            // 3 prefers what the phase does not have.
            if (i <= 3)
                customer.Attributes = $$"""{"preferred_channel":"{{(i == 3 ? "email" : "push")}}"}""";
        });
        await bed.AddGatewayAsync(simulator);
        await bed.AddPushAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        var sms = brief.Phases[0].Texts[0];
        await bed.LaunchAsync(brief with
        {
            Phases =
            [
                brief.Phases[0] with
                {
                    Channels = ["sms", "push"], PreferCustomerChannel = true, Texts = [sms, sms with { Channel = "push", Subject = "会员日" }],
                    Steps = [new PhaseStep { AfterHours = 1, When = StepWhen.NotConverted }],
                },
            ],
        });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the messages are out");

        await bed.LetStepComeAsync(1, 8);

        var numbers = await NumbersAsync(host);
        foreach (var step in new[] { 0, 1 })
        {
            var channels = (await bed.MessagesAsync()).Where(row => row.Step == step).ToDictionary(row => row.CustomerNo, row => LedgerChannel.Name(row.Channel));
            Assert.Equal(["push", "push", "sms", "sms", "sms", "sms", "sms", "sms"], numbers.Select(number => channels[number]));
        }
    }

    private static Brief WithStep(string when)
    {
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        var text = brief.Phases[0].Texts[0];
        return brief with
        {
            Phases =
            [
                brief.Phases[0] with
                {
                    Link = new TrackedLink("https://localhost/member-day"), Texts = [text with { Body = text.Body + "{{link}}" }],
                    Steps = [new PhaseStep { AfterHours = 2, When = when, Texts = [text with { Body = "{{sig}}再提醒一次。{{rate}}{{out}}" }] }],
                },
            ],
        };
    }

    private static IEnumerable<string> Reminded(SimulatorHost simulator) =>
        simulator.Simulation.Log.Entries.Where(entry => entry.Text.Contains("再提醒一次", StringComparison.Ordinal)).Select(entry => entry.To).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Phones(params IEnumerable<int> customers) => customers.Select(ReachoutBed.Phone).Order(StringComparer.Ordinal);

    private static Task<List<long>> NumbersAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.Customers.OrderBy(row => row.ExternalId).Select(row => row.CustomerNo).ToListAsync(token), Token);
}
