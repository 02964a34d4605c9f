using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class StepForecastTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Of a hundred, ten have no phone but a push token, ten neither: these and whoever a text message may not have reached can come to the push.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task A_step_shows_at_most_how_many_may_come_to_it_and_what_its_own_channels_reach(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(100, (i, customer) =>
        {
            if (i <= 20)
                (customer.Phone, customer.PhoneHash, customer.ConsentBits) = (null, null, 0);
            if (i is > 10 and <= 60)
            {
                (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"token-{i:D10}"), addresses.Hash(ChannelKind.Push, $"token-{i:D10}"));
                customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
            }
        });
        await bed.AddGatewayAsync(simulator);
        await bed.AddPushAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, exclusion: "converted");
        var sms = brief.Phases[0].Texts;
        MessageText[] push = [sms[0] with { Channel = "push", Subject = "会员日" }];
        brief = brief with
        {
            Audience = brief.Audience with { HoldoutPercent = 0 },
            Phases =
            [
                brief.Phases[0] with
                {
                    Link = new TrackedLink("https://localhost/"),
                    Steps =
                    [
                        new PhaseStep { AfterHours = 4, When = StepWhen.NotDelivered, Channels = ["push"], Texts = push },
                        new PhaseStep { AfterHours = 24, When = StepWhen.NotClicked },
                        new PhaseStep { AfterHours = 24, When = StepWhen.Converted },
                    ],
                },
            ],
        };

        var phase = Assert.Single((await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, null, Token)).Value.Phases);

        Assert.Equal(80, phase.Reached);
        // Everybody may come to the push: 80 if no receipt says that they got the text message, 20 whom it can't reach.
        Assert.Equal((100, 50, 50), (phase.Steps[0].AtMost, phase.Steps[0].Reached, phase.Steps[0].Channels["push"]));
        Assert.Equal(50, phase.Steps[0].Skipped["no-consented-channel"]);
        // Only whom the push reaches can leave it unclicked, and ten of them have no phone.
        Assert.Equal((50, 40), (phase.Steps[1].AtMost, phase.Steps[1].Reached));
        Assert.Equal(10, phase.Steps[1].Skipped["no-consented-channel"]);
        // This brief excludes those whom its last step is for.
        Assert.Equal((40, 0), (phase.Steps[2].AtMost, phase.Steps[2].Reached));
        Assert.Equal(40, phase.Steps[2].Skipped["excluded"]);
        Assert.All(phase.Steps, step => Assert.Equal(step.AtMost, step.Reached + step.Skipped.Values.Sum()));
        Assert.Empty(phase.Waves);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_drip_shows_its_days_and_a_first_batch_shows_the_rest_and_what_was_made_is_kept(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100, (i, customer) => customer.ConsentBits = i <= 25 ? 0 : customer.ConsentBits);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        var day = brief.Phases[0].Date;
        brief = brief with
        {
            Audience = brief.Audience with { HoldoutPercent = 10 },
            Phases = [brief.Phases[0] with { PerDay = 40 }, brief.Phases[0] with { Key = "careful", Rollout = new Rollout { FirstPercent = 5 } }],
        };
        await bed.LaunchAsync(brief);
        var forecasts = host.Services.GetRequiredService<ReachForecast>();

        _ = (await forecasts.MakeAsync(bed.CampaignId, ReachoutBed.Owner, Token)).Value;
        var kept = (await forecasts.FindAsync(bed.CampaignId, Token))!;

        var (drip, careful) = (kept.Phases[0], kept.Phases[1]);
        Assert.Equal([(day, 40L), (day.AddDays(1), 40L), (day.AddDays(2), 10L)], drip.Waves.Select(wave => (wave.Day!.Value, wave.Treated)));
        Assert.Equal((3, day.AddDays(2)), (drip.WaveCount, drip.LastDay!.Value));
        Assert.Equal(drip.Reached, drip.Waves.Sum(wave => wave.Reached));
        Assert.All(drip.Waves, wave => Assert.InRange(wave.Reached, 1, wave.Treated));
        Assert.Equal([5L, 85L], careful.Waves.Select(wave => wave.Treated));
        Assert.Null(careful.LastDay);
    }
}
