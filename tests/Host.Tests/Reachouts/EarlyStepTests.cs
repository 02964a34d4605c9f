using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Follow-ups that a receipt or a click brings on, and what each customer's own message has to do with the time of theirs.</summary>
public sealed class EarlyStepTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai, 21:00 in New York
    private static readonly Limits Unlimited = new() { PerCustomerPerDay = null, PerCustomerPer30Days = null };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_receipt_of_failure_brings_the_next_message_on_for_that_customer_only(DatabaseDialect dialect)
    {
        await using var bench = await Bench.StartAsync(dialect, 6);
        await bench.LaunchAsync(new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true });
        await bench.SendFirstAsync(Ten);

        await bench.ReportAsync(ReceiptStatus.Failed, 1);
        await bench.ReportAsync(ReceiptStatus.Delivered, 2, 3);
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(() => bench.Bed.StepIsOutAsync(1), "the next message is out");

        Assert.Equal([1], await bench.WithStepAsync(1));
        bench.Host.Clock.AdvanceTo(Ten.AddHours(3));
        await bench.LooksEndAsync();
        Assert.Equal([1], await bench.WithStepAsync(1));
        bench.Host.Clock.AdvanceTo(Ten.AddHours(4).AddMinutes(3));
        await Eventually.HoldsAsync(async () => (await bench.WithStepAsync(1)).Count == 4, "the hours of the others have passed");
        Assert.Equal([1, 4, 5, 6], await bench.WithStepAsync(1));
        await Eventually.HoldsAsync(async () => await bench.Bed.StateAsync() == ReachoutState.Completed, "nobody is left");
        await bench.Bed.AssertCountersMatchAsync();
    }

    /// <summary>The number of customer 1 is one that the gateway reports as undelivered.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task What_the_gateway_itself_reports_brings_the_next_message_on(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(4, (i, customer) =>
        {
            if (i == 1)
                (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, "+8613900000003"), addresses.Hash(ChannelKind.Sms, "+8613900000003"));
        });
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks["http-gateway"] = new Uri(host.Address, new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account)).PathAndQuery);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Steps = [new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true }] }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(
            async () => (await bed.CountsAsync()) is var counts && counts.GetValueOrDefault(MessageState.Delivered) == 3 && counts.GetValueOrDefault(MessageState.Failed) == 1, "the gateway has reported");

        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(1), "the next message is out");

        Assert.Equal((await bed.MessagesAsync()).Single(row => row is { Step: 0, State: MessageState.Failed }).CustomerNo, Assert.Single(await bed.MessagesAsync(), row => row.Step == 1).CustomerNo);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task However_often_a_receipt_and_its_look_come_a_customer_gets_a_step_once(DatabaseDialect dialect)
    {
        await using var bench = await Bench.StartAsync(dialect, 40);
        await bench.LaunchAsync(new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true }, new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true });
        await bench.SendFirstAsync(Ten);
        int[] failed = [.. Enumerable.Range(1, 20)];
        var schedule = bench.Host.Services.GetRequiredService<WorkSchedule>();
        var occurrence = (await bench.Bed.MessagesAsync())[0].OccurrenceId;

        // Receipts come twice, in parts, while looks at the batch run one after the other.
        await Task.WhenAll(
            bench.ReportAsync(ReceiptStatus.Failed, failed), bench.ReportAsync(ReceiptStatus.Failed, [.. failed.Take(10)]),
            Task.Run(
                async () =>
                {
                    for (var i = 0; i < 10; i++)
                        await bench.Host.Database.WriteAsync((tx, token) => schedule.EnqueueSoonerAsync(tx, [AdvanceStep.Of(occurrence, 1, bench.Host.Clock.GetUtcNow(), bench.Bed.CampaignId)], token), Token);
                },
                Token));
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(async () => (await bench.WithStepAsync(1)).Count == 20, "all that failed have the next message");
        await Eventually.HoldsAsync(() => bench.Bed.StepIsOutAsync(1), "and got it");
        await bench.ReportAsync(ReceiptStatus.Failed, failed);   // of the second message: the third comes
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(() => bench.Bed.StepIsOutAsync(2), "the last messages are out");

        Assert.Equal(failed, await bench.WithStepAsync(1));
        Assert.Equal(failed, await bench.WithStepAsync(2));
        Assert.Equal(20 + (3 * 20), bench.Simulator.Simulation.Log.Summary().Accepted);
        await bench.Bed.AssertCountersMatchAsync();
    }

    [Fact]
    public async Task Killed_at_any_moment_the_planning_forgets_nobody_and_plans_nobody_twice()
    {
        await using var bench = await Bench.StartAsync(DatabaseDialect.PostgreSql, 30);
        await bench.LaunchAsync(new PhaseStep { AfterHours = 400, When = StepWhen.NotDelivered, Early = true });
        await bench.SendFirstAsync(Ten);
        var random = new Random(20261124);

        // Receipts are applied and looks are made while all that is under way is cut off again and again.
        for (var failed = 1; failed <= 20; failed += 2)
        {
            await bench.ReportAsync(ReceiptStatus.Failed, failed, failed + 1);
            bench.Host.Clock.Advance(TimeSpan.FromSeconds(65));
            await Task.Delay(random.Next(0, 60), Token);
            await TestPostgres.KillConnectionsAsync(bench.Host.Postgres, Token);
        }
        await Eventually.HoldsAsync(
            async () =>
            {
                bench.Host.Clock.Advance(TimeSpan.FromSeconds(5));
                return (await bench.WithStepAsync(1)).Count >= 20;
            },
            "all that failed have the next message", seconds: 60);

        Assert.Equal(Enumerable.Range(1, 20), await bench.WithStepAsync(1));
        await bench.Bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_became_of_a_message_must_be_known_before_anything_follows(DatabaseDialect dialect)
    {
        await using var bench = await Bench.StartAsync(dialect, 20);
        await bench.LaunchAsync(new PhaseStep { AfterHours = 1, When = StepWhen.NotDelivered, Early = true });
        bench.Simulator.Simulation.Faults.Rates[Fault.Malformed] = 1;
        await bench.SendFirstAsync(Ten);
        bench.Simulator.Simulation.Faults.Rates.Clear();
        Assert.All(await bench.Bed.MessagesAsync(), row => Assert.Equal(MessageState.Unknown, row.State));

        bench.Host.Clock.Advance(TimeSpan.FromHours(3));
        await bench.LooksEndAsync();
        Assert.Empty(await bench.WithStepAsync(1));

        // The provider says later that it took three of them, of which one never arrived: that one at once, the others an hour after.
        await bench.ReportAsync(ReceiptStatus.Accepted, 4, 5);
        await bench.ReportAsync(ReceiptStatus.Failed, 6);
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(async () => (await bench.WithStepAsync(1)).SequenceEqual([6]), "what failed for certain is followed");
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(65));
        await Eventually.HoldsAsync(async () => (await bench.WithStepAsync(1)).SequenceEqual([4, 5, 6]) && await bench.Bed.StepIsOutAsync(1), "what was settled has waited its hour");
        bench.Host.Clock.Advance(TimeSpan.FromHours(25));
        await Eventually.HoldsAsync(async () => await bench.Bed.StateAsync() == ReachoutState.Completed, "the others are waited for no longer");
        Assert.Equal([4, 5, 6], await bench.WithStepAsync(1));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_click_brings_its_follow_up_on_but_only_within_the_hours(DatabaseDialect dialect)
    {
        await using var bench = await Bench.StartAsync(dialect, 5);
        await bench.LaunchAsync(new PhaseStep { AfterHours = 3, When = StepWhen.Clicked, Early = true }, new PhaseStep { AfterHours = 3, When = StepWhen.Clicked, Early = true });
        await bench.SendFirstAsync(Ten);
        var links = ShortLinks.Sent(bench.Simulator);
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(HttpStatusCode.Redirect, (await ShortLinks.ClickAsync(bench.Host, links[ReachoutBed.Phone(2)])).StatusCode);
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(() => bench.Bed.StepIsOutAsync(1), "the follow-up is out");

        Assert.Equal([2], await bench.WithStepAsync(1));
        Assert.Empty(await bench.WithStepAsync(2));   // nobody has followed the second link
        bench.Host.Clock.AdvanceTo(Ten.AddHours(4));
        await ShortLinks.ClickAsync(bench.Host, links[ReachoutBed.Phone(3)]);
        bench.Host.Clock.AdvanceTo(Ten.AddHours(9));
        await Eventually.HoldsAsync(async () => await bench.Bed.StateAsync() == ReachoutState.Completed, "nobody is left");
        Assert.Equal([2], await bench.WithStepAsync(1));
        Assert.Empty(await bench.WithStepAsync(2));
        await bench.Bed.AssertCountersMatchAsync();
    }

    /// <summary>Number 1 sleeps when the others are messaged.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task One_customers_quiet_hours_put_off_nobody_elses_follow_up(DatabaseDialect dialect)
    {
        await using var bench = await Bench.StartAsync(dialect, 4, i => i == 1 ? "America/New_York" : "Asia/Shanghai");
        await bench.LaunchAsync(24 * 60, new PhaseStep { AfterHours = 2, When = StepWhen.NotConverted });
        bench.Host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bench.Bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 3, "those who are awake have the first");

        bench.Host.Clock.AdvanceTo(Ten.AddHours(2).AddMinutes(3));
        await Eventually.HoldsAsync(() => bench.Bed.StepIsOutAsync(1), "they have the second");
        Assert.Equal([2, 3, 4], await bench.WithStepAsync(1));
        Assert.Equal(MessageState.Deferred, (await bench.MessageAsync(1, 0)).State);

        // At nine in New York the first, at eleven the second, each with its own latest time.
        bench.Host.Clock.AdvanceTo(Ten.AddHours(12).AddMinutes(1));
        await Eventually.HoldsAsync(async () => (await bench.MessageAsync(1, 0)).State == MessageState.Accepted, "number 1 has woken up");
        await bench.LooksEndAsync();
        Assert.Equal([2, 3, 4], await bench.WithStepAsync(1));
        bench.Host.Clock.AdvanceTo(Ten.AddHours(14).AddMinutes(5));
        await Eventually.HoldsAsync(async () => (await bench.WithStepAsync(1)).Count == 4 && await bench.Bed.StepIsOutAsync(1), "number 1 has the second too");
        Assert.Equal(12, ((await bench.MessageAsync(1, 1)).LatestMinute - (await bench.MessageAsync(2, 1)).LatestMinute) / 60);
        await Eventually.HoldsAsync(async () => await bench.Bed.StateAsync() == ReachoutState.Completed, "nobody is left");
        await bench.Bed.AssertCountersMatchAsync();
    }

    /// <summary>Quiet hours begin at 20:30: the follow-up of number 1 would wait until nine, which is later than it may be; the first message of number 2 may be.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task A_follow_up_expires_at_its_own_time_while_others_wait_on(DatabaseDialect dialect)
    {
        await using var bench = await Bench.StartAsync(dialect, 2, i => i == 1 ? "Asia/Shanghai" : "America/New_York");
        var evening = Ten.AddHours(10).AddMinutes(25);   // 20:25 and 07:25
        await bench.LaunchAsync(evening, 24 * 60, new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true, LatestMinutes = 30 });
        bench.Host.Clock.AdvanceTo(evening);
        await Eventually.HoldsAsync(async () => (await bench.Bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 1, "number 1 has the first");
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(5));

        await bench.ReportAsync(ReceiptStatus.Failed, 1);
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(async () => (await bench.Bed.MessagesAsync()).Any(row => row is { Step: 1, State: MessageState.Deferred, Reason: SkipReason.QuietHours }), "the second waits for the morning");
        bench.Host.Clock.Advance(TimeSpan.FromMinutes(33));
        await Eventually.HoldsAsync(async () => (await bench.MessageAsync(1, 1)) is { State: MessageState.Expired, Reason: SkipReason.TooLate }, "it is too late for it");
        Assert.Equal(MessageState.Deferred, (await bench.MessageAsync(2, 0)).State);
        bench.Host.Clock.AdvanceTo(evening.AddHours(2));
        await Eventually.HoldsAsync(async () => (await bench.MessageAsync(2, 0)).State == MessageState.Accepted, "number 2 gets the first at nine");
        await bench.Bed.AssertCountersMatchAsync();
    }

    [Fact]
    public void Only_what_can_become_certain_comes_early_and_only_before_its_hours()
    {
        var brief = ReachoutBed.Brief(Ten);
        IReadOnlyList<string> Problems(PhaseStep step) =>
            [.. BriefCheck.Check(brief with { Phases = [brief.Phases[0] with { Link = new TrackedLink("https://localhost/"), Steps = [step] }] }).Select(problem => $"{problem.Field} {problem.TextKey}")];

        Assert.Empty(Problems(new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Early = true }));
        Assert.Empty(Problems(new PhaseStep { AfterHours = 4, When = StepWhen.Clicked, Early = true }));
        Assert.Equal(["phases[0].steps[0].early field.never-early"], Problems(new PhaseStep { AfterHours = 4, When = StepWhen.NotClicked, Early = true }));
        Assert.Equal(["phases[0].steps[0].afterHours field.positive"], Problems(new PhaseStep { AfterHours = 0, When = StepWhen.Clicked, Early = true }));
    }

    /// <summary>Customers, a gateway that neither reports nor can be asked, and a phase with a link and steps.</summary>
    private sealed class Bench(TestHost host, SimulatorHost simulator, ReachoutBed bed, ChannelAccount account, IReadOnlyList<long> numbers) : IAsyncDisposable
    {
        public TestHost Host => host;

        public SimulatorHost Simulator => simulator;

        public ReachoutBed Bed => bed;

        public static async Task<Bench> StartAsync(DatabaseDialect dialect, int customers, Func<int, string>? zone = null)
        {
            var host = await TestHost.StartAsync(dialect);
            var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
            var bed = new ReachoutBed(host.Services);
            await bed.AddCustomersAsync(customers, (i, customer) => customer.TimeZone = zone?.Invoke(i) ?? "Asia/Shanghai");
            var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
            settings.Remove("query");
            var account = await bed.AddGatewayAsync(simulator, settings: settings.ToJsonString());
            simulator.Simulation.Callbacks.Clear();
            var numbers = await host.Database.ReadAsync((db, token) => db.Customers.OrderBy(row => row.ExternalId).Select(row => row.CustomerNo).ToListAsync(token), Token);
            return new Bench(host, simulator, bed, account, numbers);
        }

        public Task LaunchAsync(params PhaseStep[] steps) => LaunchAsync(240, steps);

        public Task LaunchAsync(int latestMinutes, params PhaseStep[] steps) => LaunchAsync(Ten, latestMinutes, steps);

        public Task LaunchAsync(DateTimeOffset due, int latestMinutes, params PhaseStep[] steps)
        {
            var brief = ReachoutBed.Brief(due, limits: Unlimited, latestMinutes: latestMinutes);
            var text = brief.Phases[0].Texts[0];
            return bed.LaunchAsync(brief with
            {
                Phases = [brief.Phases[0] with { Link = new TrackedLink("https://localhost/member-day"), Texts = [text with { Body = text.Body + "{{link}}" }], Steps = steps }],
            });
        }

        public async Task SendFirstAsync(DateTimeOffset at)
        {
            host.Clock.AdvanceTo(at);
            await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the first messages are out");
        }

        /// <summary>What the provider says of the last message of customers 1…n.</summary>
        public async Task ReportAsync(ReceiptStatus status, params int[] customers)
        {
            var messages = (await bed.MessagesAsync()).GroupBy(row => row.CustomerNo).ToDictionary(group => group.Key, group => group.MaxBy(row => row.Step)!);
            var receipts = customers.Select(i => messages[numbers[i - 1]]).Select(row => new Receipt { MessageId = new MessageId(row.OccurrenceId, row.CustomerNo, row.Step).ToString(), Attempt = row.Attempt, Status = status });
            await host.Services.GetRequiredService<ReceiptApplier>().ApplyAsync(account, [.. receipts], Token);
        }

        public async Task<IReadOnlyList<int>> WithStepAsync(short step) =>
            [.. (await bed.MessagesAsync()).Where(row => row.Step == step).Select(row => numbers.ToList().IndexOf(row.CustomerNo) + 1).Order()];

        public async Task<Message> MessageAsync(int customer, short step) => (await bed.MessagesAsync()).Single(row => row.CustomerNo == numbers[customer - 1] && row.Step == step);

        /// <summary>Returns when no look at a batch is due or runs.</summary>
        public Task LooksEndAsync() => Eventually.HoldsAsync(
            async () =>
            {
                var now = host.Clock.GetUtcNow();
                return !await host.Database.ReadAsync(
                    (db, token) => db.ScheduledWork.AnyAsync(row => row.Kind == AdvanceStep.WorkKind && (row.State == WorkState.Leased || (row.State == WorkState.Due && row.Due <= now)), token), Token);
            },
            "no look is due");

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            await simulator.DisposeAsync();
        }
    }
}
