using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Audiences;

/// <summary>The forecast holds everybody against the channels, texts, time and price of the variant that the send will give them.</summary>
public sealed class VariantForecastTests
{
    private const int Customers = 100;
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_each_variant_reaches_and_costs_is_what_the_send_comes_to(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator);
        var brief = Tested(100);
        await bed.LaunchAsync(brief);
        var forecasts = host.Services.GetRequiredService<ReachForecast>();
        _ = (await forecasts.MakeAsync(bed.CampaignId, ReachoutBed.Owner, Token)).Value;
        var forecast = (await forecasts.FindAsync(bed.CampaignId, Token))!;

        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "all is out");

        var phase = Assert.Single(forecast.Phases);
        var rows = await bed.MessagesAsync();
        var sent = rows.Where(row => row.State is MessageState.Accepted or MessageState.Delivered).ToList();
        Assert.Equal(sent.Count, phase.Reached);
        Assert.Equal(rows.Count - sent.Count, phase.Skipped["no-consented-channel"]);
        Assert.Equal(sent.GroupBy(row => LedgerChannel.Name(row.Channel)!).ToDictionary(own => own.Key, own => (long)own.Count()), phase.Channels.Where(row => row.Value > 0).ToDictionary());
        var numbers = rows.Select(row => row.Variant).Distinct().Order().ToList();
        Assert.Equal(numbers.Select(number => (long)sent.Count(row => row.Variant == number)), phase.Variants.Select(variant => variant.Reached));
        Assert.Equal(numbers.Select(number => (long)rows.Count(row => row.Variant == number)), phase.Variants.Select(variant => variant.Drawn));
        Assert.All(phase.Variants, variant => Assert.InRange(variant.Drawn, 1, Customers - 2));
        // The long text has two segments, a push costs nothing.
        Assert.Equal([phase.Variants[0].Reached * 0.05m, phase.Variants[1].Reached * 0.10m, 0m], phase.Variants.Select(variant => variant.Cost));
        var whole = Assert.Single(await QuestionEndpoints.BudgetsAsync(bed.CampaignId, host.Database, Token), budget => budget.Name == MessageBudget.Whole);
        Assert.Equal((whole.Spent, whole.Spent), (phase.Cost!.Value, forecast.Cost!.Value));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Those_beyond_the_test_are_shown_for_every_variant_that_may_win(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        _ = await BedAsync(host, simulator);

        var forecast = (await host.Services.GetRequiredService<ReachForecast>().ForAsync(Tested(20), null, Token)).Value;

        var phase = Assert.Single(forecast.Phases);
        Assert.Equal(20, phase.Variants.Sum(variant => variant.Drawn));
        Assert.All(phase.Variants, variant => Assert.Equal(80, variant.Rest));
        Assert.Equal(phase.Variants.Sum(variant => variant.Reached) + phase.Variants[0].RestReached, phase.Reached);
        Assert.Equal(Customers, phase.Reached + phase.Skipped.Values.Sum());
        Assert.Equal((phase.Variants[0].RestReached * 0.05m, phase.Variants[1].RestReached * 0.10m, 0m), (phase.Variants[0].RestCost, phase.Variants[1].RestCost, phase.Variants[2].RestCost));
        // Ninety have a phone, forty a push token: of the eighty beyond the test, at least so many.
        Assert.InRange(phase.Variants[0].RestReached, 70, 80);
        Assert.Equal(phase.Variants[0].RestReached, phase.Variants[1].RestReached);
        Assert.InRange(phase.Variants[2].RestReached, 20, 40);
        Assert.Equal([20L, 80L], phase.Waves.Select(wave => wave.Treated));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_variant_in_the_evening_waits_for_the_morning_and_a_holdout_is_left_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        _ = await BedAsync(host, simulator);
        var brief = ReachoutBed.Brief(Ten);
        var test = new Experiment { Key = "time", Variants = [new Variant { Key = "morning" }, new Variant { Key = "late", Share = 3, Time = new TimeOnly(21, 30) }] };
        brief = brief with { Audience = brief.Audience with { HoldoutPercent = 10 }, Phases = [brief.Phases[0] with { Experiment = test }] };

        var forecast = (await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, null, Token)).Value;

        var variants = Assert.Single(forecast.Phases).Variants;
        Assert.Equal((10, 90), (forecast.Holdout, variants.Sum(variant => variant.Drawn)));
        Assert.Equal((0, variants[1].Reached), (variants[0].Deferred, variants[1].Deferred));   // marketing ends at 20:30
        Assert.True(variants[1].Drawn > variants[0].Drawn, "three in four draw the evening");
    }

    /// <summary>Ten have no phone, sixty no push token.</summary>
    private static async Task<ReachoutBed> BedAsync(TestHost host, SimulatorHost simulator)
    {
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(Customers, (i, customer) =>
        {
            if (i <= 10)
                (customer.Phone, customer.PhoneHash, customer.ConsentBits) = (null, null, 0);
            if (i > 60)
            {
                (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"token-{i:D10}"), addresses.Hash(ChannelKind.Push, $"token-{i:D10}"));
                customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
            }
        });
        await bed.AddGatewayAsync(simulator, price: 0.05m);
        await bed.AddPushAsync(simulator);
        return bed;
    }

    private static Brief Tested(decimal percent)
    {
        var brief = ReachoutBed.Brief(Ten);
        var text = brief.Phases[0].Texts[0];
        var test = new Experiment
        {
            Key = "test",
            TestPercent = percent,
            Variants =
            [
                new Variant { Key = "short" },
                new Variant { Key = "long", Texts = [text with { Body = text.Body.Replace("{{out}}", "活动期间登录应用即可查看专属额度与还款安排,请根据自身情况理性借贷。{{out}}", StringComparison.Ordinal) }] },
                new Variant { Key = "push", Channels = ["push"], Texts = [text with { Channel = "push", Subject = "会员日" }] },
            ],
        };
        return brief with { Audience = brief.Audience with { HoldoutPercent = 0 }, Phases = [brief.Phases[0] with { Experiment = test }] };
    }
}
