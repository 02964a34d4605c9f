using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Follow-ups, times of customers' own and recurrence in phases that go in waves.</summary>
public sealed class WaveStepTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // Tuesday, 10:00 in Shanghai
    private static readonly Limits Unlimited = new() { PerCustomerPerDay = null, PerCustomerPer30Days = null };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The follow-ups of a day come six hours after the first messages of the next.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task A_drip_follows_up_each_days_customers_while_it_goes_on(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100);
        await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { PerDay = 40, Steps = [new PhaseStep { AfterHours = 30, When = StepWhen.NotConverted }] }] });

        foreach (var (hours, first, second) in new[] { (0, 40, 0), (24, 80, 0), (30, 80, 40), (48, 100, 40), (54, 100, 80), (78, 100, 100) })
        {
            // A few minutes: looks at what is due go together.
            host.Clock.AdvanceTo(Ten.AddHours(hours).AddMinutes(5));
            await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == first && await OutAsync(bed, 1) == second, $"{first} first and {second} second messages are out after {hours} hours");
        }
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "nobody is left");

        Assert.Equal(200, simulator.Simulation.Log.Summary().Accepted);
        Assert.All((await bed.MessagesAsync()).GroupBy(row => row.CustomerNo), rows => Assert.Equal(2, rows.Count()));
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_first_batch_widens_while_its_follow_ups_are_still_to_come(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(60);
        await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        var step = new PhaseStep { AfterHours = 3, When = StepWhen.NotDelivered };
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Rollout = new Rollout { FirstPercent = 10, ObserveMinutes = 30 }, Steps = [step] }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == 6, "the first batch is out");

        host.Clock.Advance(TimeSpan.FromMinutes(32));
        await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == 60, "the rest is out");
        Assert.Equal(0, await OutAsync(bed, 1));
        host.Clock.AdvanceTo(Ten.AddHours(3).AddMinutes(5));
        await Eventually.HoldsAsync(async () => await OutAsync(bed, 1) == 6, "the first batch is followed up");
        host.Clock.AdvanceTo(Ten.AddHours(3).AddMinutes(40));
        await Eventually.HoldsAsync(async () => await OutAsync(bed, 1) == 60, "the rest is followed up");
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "nobody is left");
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_first_batch_has_times_of_its_own_and_so_has_the_rest_a_day_later(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10, (i, customer) => customer.TimeZone = i switch { 1 => "Asia/Urumqi", 4 => "Pacific/Auckland", _ => "Asia/Shanghai" });
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Timing = SendTimings.RecipientZone, Rollout = new Rollout { FirstPercent = 30, ObserveMinutes = 30 } }] });

        host.Clock.AdvanceTo(Ten.AddHours(-6).AddMinutes(1));   // ten in the first zone
        await Eventually.HoldsAsync(async () => (await bed.MessagesAsync()).Count == 3, "the first batch is planned");
        foreach (var (hours, sent) in new[] { (0, 2), (2, 3) })
        {
            host.Clock.AdvanceTo(Ten.AddHours(hours).AddMinutes(1));
            await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == sent, $"{sent} are out {hours} hours from ten in Shanghai");
        }
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromMinutes(5));
                return (await bed.MessagesAsync()).Count == 10;
            },
            "it widens");
        foreach (var (hours, sent) in new[] { (18, 3), (19, 4), (24, 10) })
        {
            host.Clock.AdvanceTo(Ten.AddHours(hours).AddMinutes(1));
            await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == sent, $"{sent} are out {hours} hours from ten in Shanghai");
        }
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_recurring_phase_drips_to_whoever_it_finds_each_time(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(50);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        await bed.LaunchAsync(
            brief with
            {
                Audience = brief.Audience with { HoldoutPercent = 0 },
                Phases = [brief.Phases[0] with { PerDay = 20, Recurrence = new Recurrence { Rule = "FREQ=WEEKLY;BYDAY=TU", Ceiling = 60 } }],
            },
            members: false);

        foreach (var (day, sent) in new[] { (0, 20), (1, 40), (2, 50), (7, 70), (8, 90), (9, 100) })
        {
            host.Clock.AdvanceTo(Ten.AddDays(day).AddMinutes(1));
            await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == sent, $"{sent} are out on day {day}");
        }
        Assert.All((await bed.MessagesAsync()).GroupBy(row => (row.OccurrenceId, row.CustomerNo)), rows => Assert.Single(rows));
        await bed.AssertCountersMatchAsync();
    }

    /// <summary>Ten in Auckland is five hours before ten in Shanghai: the first day begins in time for both, and so does the second.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task A_recurring_phase_reaches_everybody_at_its_hour_where_they_are(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(4, (i, customer) => customer.TimeZone = i == 1 ? "Pacific/Auckland" : "Asia/Shanghai");
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        await bed.LaunchAsync(
            brief with
            {
                Audience = brief.Audience with { HoldoutPercent = 0 },
                Phases = [brief.Phases[0] with { Timing = SendTimings.RecipientZone, Recurrence = new Recurrence { Rule = "FREQ=DAILY", Ceiling = 60 } }],
            },
            members: false);

        foreach (var (hours, sent) in new[] { (-5, 1), (0, 4), (19, 5), (24, 8) })
        {
            host.Clock.AdvanceTo(Ten.AddHours(hours).AddMinutes(1));
            await Eventually.HoldsAsync(async () => await OutAsync(bed, 0) == sent, $"{sent} are out {hours} hours from ten in Shanghai");
        }
    }

    [Fact]
    public void What_contradicts_each_other_is_refused_by_name_and_nothing_else()
    {
        var brief = ReachoutBed.Brief(Ten);
        var phase = brief.Phases[0];
        var (rollout, weekly) = (new Rollout { FirstPercent = 5 }, new Recurrence { Rule = "FREQ=WEEKLY;BYDAY=TU", Ceiling = 60 });
        var test = new Experiment { Key = "t", TestPercent = 20, Variants = [new Variant { Key = "A" }, new Variant { Key = "B", Texts = phase.Texts }] };
        PhaseStep[] steps = [new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered }];
        IEnumerable<string> Problems(Phase changed) => BriefCheck.Check(brief with { Phases = [changed] }).Select(problem => $"{problem.Field} {problem.TextKey}");

        Phase[] allowed =
        [
            phase with { PerDay = 10, Steps = steps }, phase with { Rollout = rollout, Steps = steps }, phase with { Experiment = test, Steps = steps },
            phase with { PerDay = 10, Recurrence = weekly, Steps = steps }, phase with { Rollout = rollout, Recurrence = weekly, Steps = steps },
            phase with { Rollout = rollout, Timing = SendTimings.RecipientZone, Steps = steps }, phase with { Experiment = test, Timing = SendTimings.BestTime },
            phase with { Recurrence = weekly, Timing = SendTimings.RecipientZone, Steps = steps }, phase with { Rollout = rollout, Recurrence = weekly, Timing = SendTimings.RecipientZone },
        ];
        Assert.All(allowed, one => Assert.Empty(Problems(one)));
        Assert.Equal(["phases[0] field.one-wave"], Problems(phase with { PerDay = 10, Rollout = rollout }));
        Assert.Equal(["phases[0] field.one-wave"], Problems(phase with { Experiment = test, Rollout = rollout }));
        Assert.Equal(["phases[0].experiment field.experiment-recurring"], Problems(phase with { Experiment = test, Recurrence = weekly }));
        Assert.Equal(["phases[0].perDay field.drip-timing"], Problems(phase with { PerDay = 10, Timing = SendTimings.BestTime }));
    }

    /// <summary>How many messages of a step a provider has taken.</summary>
    private static async Task<int> OutAsync(ReachoutBed bed, short step) =>
        (await bed.MessagesAsync()).Count(row => row.Step == step && row.State is (MessageState.Accepted or MessageState.Delivered));
}
