using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
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
using Orchestrator.Host.Web;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class MultiStepTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai
    private static readonly Limits Unlimited = new() { PerCustomerPerDay = null, PerCustomerPer30Days = null };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Whoever_push_did_not_reach_gets_a_text_message_but_never_from_unknown(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        simulator.Simulation.Faults.Rates[Fault.ServerErrorAfterAccept] = 0.2;
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(100, (i, customer) =>
        {
            if (i <= 20)
                return;   // no push token
            (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"offline-{i:D10}"), addresses.Hash(ChannelKind.Push, $"offline-{i:D10}"));
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
        });
        await bed.AddGatewayAsync(simulator);
        await bed.AddPushAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        var sms = brief.Phases[0].Texts;
        await bed.LaunchAsync(brief with
        {
            Phases =
            [
                brief.Phases[0] with
                {
                    Channels = ["push"], Texts = [new MessageText { Channel = "push", Language = "zh-CN", Subject = "会员日", Body = "{{sig}}会员日{{start}}开始。{{rate}}{{out}}" }],
                    Steps = [new PhaseStep { AfterHours = 2, When = StepWhen.NotDelivered, Channels = ["sms"], Texts = sms }],
                },
            ],
        });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the push is out");
        simulator.Simulation.Faults.Rates.Clear();
        var first = await bed.MessagesAsync();
        var unknown = first.Where(row => row.State == MessageState.Unknown).Select(row => row.CustomerNo).ToHashSet();
        Assert.NotEmpty(unknown);
        Assert.Equal(20, first.Count(row => row.State == MessageState.Skipped));

        await bed.LetStepComeAsync(1, 100 - unknown.Count);

        var second = (await bed.MessagesAsync()).Where(row => row.Step == 1).ToList();
        Assert.Equal(100 - unknown.Count, second.Count);
        Assert.DoesNotContain(second, row => unknown.Contains(row.CustomerNo));
        Assert.All(second, row => Assert.Equal(MessageState.Accepted, row.State));
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromHours(1));
                return await bed.StateAsync() == ReachoutState.Completed;
            },
            "the reach-out ends");
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Only_people_who_followed_their_link_get_the_follow_up_and_programs_are_filtered(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        var text = brief.Phases[0].Texts[0];
        await bed.LaunchAsync(brief with
        {
            Phases =
            [
                brief.Phases[0] with
                {
                    Link = new TrackedLink("https://localhost/member-day"), Texts = [text with { Body = text.Body + "{{link}}" }],
                    Steps = [new PhaseStep { AfterHours = 1, When = StepWhen.Clicked, Texts = [text with { Body = "{{sig}}您的优惠券已备好。{{rate}}{{out}}" }] }],
                },
            ],
        });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the messages are out");
        var links = ShortLinks.Sent(simulator);
        Assert.Equal(10, links.Values.Distinct().Count());

        Assert.Equal(HttpStatusCode.Redirect, (await ShortLinks.ClickAsync(host, links.Values.ElementAt(0))).StatusCode);   // at once: a scanner
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var reply = await ShortLinks.ClickAsync(host, links.Values.ElementAt(1));
        Assert.Equal("https://localhost/member-day", reply.Headers.Location!.ToString());
        await ShortLinks.ClickAsync(host, links.Values.ElementAt(1));
        await ShortLinks.ClickAsync(host, links.Values.ElementAt(2), method: HttpMethod.Head);
        await ShortLinks.ClickAsync(host, links.Values.ElementAt(3), "Mozilla/5.0 (compatible; Proofpoint URL Defense)");
        await ShortLinks.ClickAsync(host, links.Values.ElementAt(4), purpose: "prefetch");
        Assert.Equal(HttpStatusCode.NotFound, (await ShortLinks.ClickAsync(host, "AAAAAAAAAAA")).StatusCode);

        using var owner = await host.SignInAsync("lin", Role.Owner);
        var counts = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/links", Token))[0];
        Assert.Equal((10, 6, 2, 1), (counts.GetProperty("links").GetInt32(), counts.GetProperty("clicks").GetInt32(), counts.GetProperty("humanClicks").GetInt32(), counts.GetProperty("clickers").GetInt32()));
        await bed.LetStepComeAsync(1, 1);
        var follow = Assert.Single(simulator.Simulation.Log.Entries, entry => entry.Text.Contains("优惠券已备好", StringComparison.Ordinal));
        Assert.Equal(links.Keys.ElementAt(1), follow.To);
        host.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(HttpStatusCode.Gone, (await ShortLinks.ClickAsync(host, links.Values.ElementAt(1))).StatusCode);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_small_first_batch_widens_only_when_its_figures_hold_or_a_person_says_so(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(200);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: Unlimited);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Rollout = new Rollout { FirstPercent = 10, ObserveMinutes = 30, Condition = "sent >= 20 and failed = 0" } }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => bed.StepIsOutAsync(0), "the first batch is out");
        Assert.Equal(20, simulator.Simulation.Log.Summary().Accepted);

        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromMinutes(2));
                return (await bed.MessagesAsync()).Count > 20;
            },
            "it widens");
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the rest is out");
        Assert.Equal(200, simulator.Simulation.Log.Summary().Accepted);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Date = brief.Phases[0].Date.AddDays(1), Rollout = new Rollout { FirstPercent = 10, ObserveMinutes = 30, Condition = "clicks > 5" } }] });
        host.Clock.AdvanceTo(Ten.AddDays(1));
        using var owner = await host.SignInAsync("lin", Role.Owner);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == 220), "the first batch of the second is out");
        List<QuestionView> questions = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromMinutes(10));
                questions = (await owner.GetFromJsonAsync<List<QuestionView>>($"/api/v1/campaigns/{bed.CampaignId}/questions", JsonDefaults.Options, Token))!;
                return questions.Count > 0;
            },
            "its owner is asked");
        (await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/questions/{questions[0].Id}/answer", new { answer = "stop", reason = "nobody clicks" }, Token)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "it ends there");
        Assert.Equal(220, simulator.Simulation.Log.Summary().Accepted);
        var report = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/reports", Token))[0];
        Assert.True(report.GetProperty("addsUp").GetBoolean());
        Assert.Contains(report.GetProperty("lines").EnumerateArray(), line => line.GetProperty("outcome").GetString() == "not-planned" && line.GetProperty("count").GetInt32() == 180);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_drip_sends_so_many_a_day(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(100);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { PerDay = 40 }] });

        foreach (var (day, sent) in new[] { (0, 40), (1, 80), (2, 100) })
        {
            host.Clock.AdvanceTo(Ten.AddDays(day).AddMinutes(1));
            await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == sent), $"{sent} are out on day {day}");
            await Eventually.HoldsAsync(bed.BatchesEndedAsync, $"the batches of day {day} end");
        }
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "all is sent");
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Everybody_is_messaged_at_ten_where_they_are(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10, (i, customer) => customer.TimeZone = i <= 3 ? "Asia/Urumqi" : i == 4 ? "Pacific/Auckland" : "Asia/Shanghai");
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Timing = SendTimings.RecipientZone }] });

        foreach (var (hours, sent) in new[] { (-5, 1), (0, 7), (2, 10) })
        {
            host.Clock.AdvanceTo(Ten.AddHours(hours).AddMinutes(1));
            await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == sent), $"{sent} are out {hours} hours from ten in Shanghai");
        }
    }
}
