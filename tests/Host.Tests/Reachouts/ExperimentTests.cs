using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class ExperimentTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The rest waits a minute where the last message of the test was still on its way when the winner was known.</summary>
    private static Task TicksUntilAsync(TestHost host, Func<bool> condition, string what) =>
        Eventually.HoldsAsync(
            () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(20));
                return Task.FromResult(condition());
            },
            what);

    [Theory, ClassData(typeof(Dialects))]
    public async Task Half_the_audience_tests_two_offers_and_the_approved_rule_sends_the_better_one_to_the_rest(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(600);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(Brief(new WinnerRule { IsAutomatic = true, MinimumPerVariant = 100, Effect = 0.1m }, testPercent: 50));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == 300), "the test is out");
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var variants = (await ResultAsync(owner, bed)).GetProperty("variants").EnumerateArray().Select(row => row.GetProperty("sent").GetInt64()).ToList();
        Assert.Equal(300, variants.Sum());
        Assert.All(variants, count => Assert.InRange(count, 110, 190));

        // Every third of those who got the coupon borrows, of the others nobody.
        var phones = simulator.Simulation.Log.Entries.Where(entry => entry.Text.Contains("优惠券", StringComparison.Ordinal)).Select(entry => entry.To).ToHashSet();
        var converted = Enumerable.Range(1, 600).Where(i => phones.Contains(ReachoutBed.Phone(i)) && i % 3 == 0).ToList();
        using var platform = await host.SignInAsync("pan", Role.Platform);
        (await platform.PostAsJsonAsync("/api/v1/events/batch", new { events = converted.Select(i => new { id = $"loan-{i}", kind = "conversion", campaignId = bed.CampaignId, customer = $"K{i:D7}", value = 8600 }) }, Token)).EnsureSuccessStatusCode();
        host.Clock.Advance(TimeSpan.FromMinutes(61));

        await TicksUntilAsync(host, () => simulator.Simulation.Log.Summary().Accepted == 600, "the winner goes to the rest");
        var result = await ResultAsync(owner, bed);
        Assert.Equal((2, "rule"), (result.GetProperty("winner").GetInt32(), result.GetProperty("decidedBy").GetString()));
        Assert.True(result.GetProperty("variants")[1].GetProperty("p").GetDouble() < 0.001);
        Assert.Equal(300, simulator.Simulation.Log.Entries.OrderBy(entry => entry.Sequence).Skip(300).Count(entry => entry.Text.Contains("优惠券", StringComparison.Ordinal)));
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_person_chooses_once_and_the_choice_is_recorded(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(40);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(Brief(new WinnerRule { AskAfterHours = 2 }, testPercent: 50));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Accepted == 20), "the test is out");
        using var owner = await host.SignInAsync("lin", Role.Owner);
        List<QuestionView> questions = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromMinutes(15));
                questions = (await owner.GetFromJsonAsync<List<QuestionView>>($"/api/v1/campaigns/{bed.CampaignId}/questions", Orchestrator.Host.Web.JsonDefaults.Options, Token))!;
                return questions.Count > 0;
            },
            "a person is asked");
        Assert.Equal(["plain", "coupon", "keep-testing"], questions[0].Choices);
        var reachout = (await bed.Ledger.ReachoutsAsync(bed.CampaignId, Token)).Single().Id;

        (await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/reachouts/{reachout}/winner", new { variant = "plain", reason = "cheaper" }, Token)).EnsureSuccessStatusCode();

        Assert.Equal(System.Net.HttpStatusCode.Conflict, (await owner.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/reachouts/{reachout}/winner", new { variant = "coupon", reason = "no" }, Token)).StatusCode);
        Assert.Empty((await owner.GetFromJsonAsync<List<QuestionView>>($"/api/v1/campaigns/{bed.CampaignId}/questions", Orchestrator.Host.Web.JsonDefaults.Options, Token))!);
        await TicksUntilAsync(host, () => simulator.Simulation.Log.Summary().Accepted == 40, "the rest is out");
        Assert.All(simulator.Simulation.Log.Entries.OrderBy(entry => entry.Sequence).Skip(20), entry => Assert.Contains("利息礼遇", entry.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_customer_always_draws_the_same_variant_and_shares_are_kept()
    {
        var experiment = Test(new WinnerRule(), 100) with { Variants = [new Variant { Key = "A", Share = 1 }, new Variant { Key = "B", Share = 3 }] };
        var campaign = Guid.Parse("01937a3e-0000-7000-8000-000000000000");

        var drawn = Enumerable.Range(1, 10_000).Select(i => Assignment.VariantOf(experiment, campaign, $"K{i:D7}")).ToList();

        Assert.Equal(drawn, Enumerable.Range(1, 10_000).Select(i => Assignment.VariantOf(experiment, campaign, $"K{i:D7}")));
        Assert.InRange(drawn.Count(variant => variant == 1), 2_350, 2_650);
        Assert.NotEqual(drawn, Enumerable.Range(1, 10_000).Select(i => Assignment.VariantOf(experiment with { Key = "other" }, campaign, $"K{i:D7}")));
    }

    /// <summary>Where there is no difference, looking after every hundred customers calls one in at most one test of twenty.</summary>
    [Fact]
    public void Looking_as_often_as_one_likes_does_not_raise_the_error()
    {
        const int Tests = 400;
        var random = new Random(20261122);
        var wrong = 0;
        for (var test = 0; test < Tests; test++)
        {
            long n = 0, a = 0, b = 0;
            for (var look = 0; look < 100; look++)
            {
                for (var i = 0; i < 100; i++)
                    (n, a, b) = (n + 1, a + (random.NextDouble() < 0.05 ? 1 : 0), b + (random.NextDouble() < 0.05 ? 1 : 0));
                if (MixtureTest.P(n, a, n, b, 0.01) <= 0.05)
                {
                    wrong++;
                    break;
                }
            }
        }
        Assert.True(wrong <= Tests * 0.05, $"{wrong} of {Tests}");
        Assert.True(MixtureTest.P(5_000, 250, 5_000, 400, 0.01) < 0.001);
        Assert.Equal(1, MixtureTest.P(0, 0, 10, 1, 0.01));
    }

    [Fact]
    public void Every_variant_is_part_of_the_package_and_contradictions_are_refused()
    {
        var brief = Brief(new WinnerRule(), 100);
        var before = LaunchPackage.Build(brief, PackageContext.Empty);
        Brief With(Experiment experiment) => brief with { Phases = [brief.Phases[0] with { Experiment = experiment }] };
        var experiment = brief.Phases[0].Experiment!;

        Assert.Equal([PackagePart.Texts], LaunchPackage.Build(With(experiment with { Variants = [experiment.Variants[0], experiment.Variants[1] with { Offer = "free" }] }), PackageContext.Empty).ChangedSince(before.Hashes));
        Assert.Equal([PackagePart.Channels], LaunchPackage.Build(With(experiment with { Variants = [experiment.Variants[0], experiment.Variants[1] with { Channels = ["sms", "push"] }] }), PackageContext.Empty).ChangedSince(before.Hashes));
        Assert.Equal([PackagePart.Schedule], LaunchPackage.Build(With(experiment with { Variants = [experiment.Variants[0], experiment.Variants[1] with { Time = new TimeOnly(19, 0) }] }), PackageContext.Empty).ChangedSince(before.Hashes));
        Assert.Equal([PackagePart.Limits], LaunchPackage.Build(With(experiment with { Winner = new WinnerRule { IsAutomatic = true } }), PackageContext.Empty).ChangedSince(before.Hashes));
        Assert.Empty(BriefCheck.Check(brief));
        var wrong = brief.Phases[0] with { Experiment = experiment with { TestPercent = 20, Variants = [experiment.Variants[0], experiment.Variants[0]] }, PerDay = 5, Link = new TrackedLink("http://plain.example") };
        Assert.Equal(["phases[0].link.target", "phases[0].experiment.variants[1].key", "phases[0]"], BriefCheck.Check(brief with { Phases = [wrong] }).Select(problem => problem.Field));
    }

    private static Experiment Test(WinnerRule winner, decimal testPercent) => new()
    {
        Key = "offer", TestPercent = testPercent, Winner = winner,
        Variants = [new Variant { Key = "plain", Offer = "利息礼遇" }, new Variant { Key = "coupon", Offer = "优惠券" }],
    };

    private static Brief Brief(WinnerRule winner, decimal testPercent)
    {
        var brief = ReachoutBed.Brief(Ten, latestMinutes: 1_200);
        var phase = brief.Phases[0];
        return brief with { Phases = [phase with { Texts = [phase.Texts[0] with { Body = "{{sig}}会员日{{start}}开始:{{offer}}。{{rate}}{{out}}" }], Experiment = Test(winner, testPercent) }] };
    }

    private static async Task<JsonElement> ResultAsync(HttpClient client, ReachoutBed bed) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/experiments", Token))[0];
}
