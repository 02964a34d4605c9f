using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Stops over HTTP while a real server takes messages: what was promised when the stop returned holds.</summary>
public sealed class BarrierTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_hold_of_a_campaign_stops_it_shows_it_and_gives_it_back_by_a_second_person(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 20 } }, Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1_500);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        using var second = await host.SignInAsync("zhou", Role.Risk);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var scope = $"campaign:{bed.CampaignId}";   // as people write ids
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(Accepted(simulator) > 100), "sending is under way");

        using var byOwner = await owner.PostAsJsonAsync("/api/v1/holds", new { scope, reason = "x" }, Token);
        using var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope, reason = "费率写错" }, Token);

        var barrier = await ReadAsync(held);
        var sent = Accepted(simulator);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (byOwner.StatusCode, held.StatusCode));
        Assert.Equal((sent, 0L), (barrier.GetProperty("sent").GetInt64(), barrier.GetProperty("inFlight").GetInt64()));
        Assert.Equal(("held", "费率写错"), await StatusAsync(owner, bed.CampaignId));
        await Task.Delay(1_200, Token);   // a wait is the point: nothing may happen in it
        Assert.Equal(sent, Accepted(simulator));

        using var bySame = await officer.PostAsJsonAsync("/api/v1/holds/lift", new { scope, reason = "改好了" }, Token);
        using var lifted = await second.PostAsJsonAsync("/api/v1/holds/lift", new { scope, reason = "改好了" }, Token);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NoContent), (bySame.StatusCode, lifted.StatusCode));
        Assert.Equal("running", (await StatusAsync(owner, bed.CampaignId)).Status);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the rest is sent");
        Assert.Equal(1_500, Accepted(simulator));
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task While_a_slow_call_is_in_flight_the_answer_is_202_with_its_count_and_nothing_more_follows(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, settings: "--Orchestrator:BarrierWaitSeconds=0");
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 3_000 } }, Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(600);
        await bed.AddGatewayAsync(simulator, settings: simulator.SettingsFor("http-gateway").Replace("\"timeoutSeconds\": 2", "\"timeoutSeconds\": 20", StringComparison.Ordinal));
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Leased) > 0, "calls are in flight");

        using var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = "all", reason = "投诉" }, Token);

        var inFlight = (await ReadAsync(held)).GetProperty("inFlight").GetInt64();
        Assert.Equal(HttpStatusCode.Accepted, held.StatusCode);
        Assert.InRange(inFlight, 1, 600);
        await Eventually.HoldsAsync(async () => (await officer.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/sending", Token)).GetProperty("inFlight").GetInt64() == 0, "the calls are settled", 60);
        var sent = Accepted(simulator);
        Assert.InRange(sent, 1, inFlight);
        await Task.Delay(1_000, Token);   // a wait is the point: nothing may happen in it
        Assert.Equal(sent, Accepted(simulator));
        await bed.AssertCountersMatchAsync();
    }

    [Theory]
    [InlineData("wording:Claim your")]
    [InlineData("text")]
    [InlineData("template:coupon-notice/burst")]
    public async Task A_hold_of_a_text_stops_its_language_and_the_other_goes_on(string scope)
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(200, (i, customer) => customer.Language = i <= 50 ? "en" : "zh-CN");
        await bed.AddGatewayAsync(simulator);
        var english = new MessageText { Channel = "sms", Language = "en", Body = "{{sig}}Member Day starts {{start}}. Claim your coupon. {{rate}}{{out}}" };
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Texts = [.. brief.Phases[0].Texts, english] }] });
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        using var second = await host.SignInAsync("zhou", Role.Risk);
        // Two versions in the library; the brief took the older one as it is.
        await AddTemplateAsync(host, 1, english.Body);
        await AddTemplateAsync(host, 2, "{{sig}}Member Day begins {{start}}.{{rate}}{{out}}");
        scope = scope == "text" ? ControlScope.Text(SendJobs.TextHash(english)).Key : scope;
        using (var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope, reason = "wording" }, Token))
            Assert.Equal(HttpStatusCode.OK, held.StatusCode);

        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(() => Task.FromResult(Accepted(simulator) == 150), "everybody else is messaged");
        Assert.DoesNotContain(simulator.Simulation.Log.Entries, entry => entry.Text.Contains("Claim your", StringComparison.Ordinal));
        Assert.Equal(50, (await bed.CountsAsync())[MessageState.Planned]);
        using (var lifted = await second.PostAsJsonAsync("/api/v1/holds/lift", new { scope, reason = "fine" }, Token))
            Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the rest is sent");
        Assert.Equal(200, Accepted(simulator));
    }

    [Fact]
    public async Task A_hold_of_a_segment_stops_the_campaigns_made_from_it_and_no_other()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 10 } }, Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1_000);
        await bed.AddGatewayAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        await bed.LaunchAsync(brief with { Audience = brief.Audience with { SegmentId = "dormant" } });
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(Accepted(simulator) > 100), "sending is under way");

        using var unknown = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = "weather:rain", reason = "x" }, Token);
        using var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = "segment:dormant", reason = "人群口径有误" }, Token);
        var sent = Accepted(simulator);
        await bed.LaunchAsync(brief with { Audience = brief.Audience with { SegmentId = "loyal" } });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (unknown.StatusCode, held.StatusCode));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the other campaign is sent");
        Assert.Equal(sent + 1_000, Accepted(simulator));
    }

    [Fact]
    public async Task A_hold_of_one_reach_out_is_on_its_campaigns_chain_and_one_that_there_is_not_cannot_be_held()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(10);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        var reachout = (await bed.Ledger.ReachoutsAsync(bed.CampaignId, Token)).Single().Id;
        using var officer = await host.SignInAsync("xu", Role.Compliance);

        using var unknown = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = $"reachout:{Guid.NewGuid()}", reason = "x" }, Token);
        using var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = $"reachout:{reachout}", reason = "第三条待核对" }, Token);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (unknown.StatusCode, held.StatusCode));
        var chain = await officer.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{bed.CampaignId}/audit", Token);
        Assert.Contains(chain.EnumerateArray(), row => row.GetProperty("type").GetString() == "sending-held" && row.GetProperty("subject").GetString() == $"reachout:{reachout:N}" && row.GetProperty("actor").GetString() == "xu");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Once_an_account_is_back_in_the_sandbox_nothing_more_leaves_through_it(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 20 } }, Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1_500);
        var account = await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        using var platform = await host.SignInAsync("pan", Role.Platform);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => Task.FromResult(Accepted(simulator) > 100), "sending is under way");

        using var switched = await platform.PostAsJsonAsync($"/api/v1/channel-accounts/{account.Id}/sandbox", new { }, Token);

        var sent = Accepted(simulator);
        Assert.Equal(HttpStatusCode.OK, switched.StatusCode);
        Assert.Equal(0, (await ReadAsync(switched)).GetProperty("inFlight").GetInt64());
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the rest is in the outbox");
        Assert.Equal(sent, Accepted(simulator));
        var kept = await host.Services.GetRequiredService<SandboxOutbox>().ListAsync(null, ChannelKind.Sms, 5_000, Token);
        Assert.Equal(1_500, sent + kept.Count);
    }

    [Fact]
    public async Task A_pause_by_the_owner_waits_too_and_a_hold_outlasts_it()
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 30 } }, Token);
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, OnlySms);
        var brief = OnlySms(Story.Brief(story.Host));
        var bed = new ReachoutBed(story.Host.Services);
        await bed.AddGatewayAsync(simulator);
        await bed.AddCustomersAsync(1_000, Match);
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));
        await Eventually.HoldsAsync(() => Task.FromResult(Accepted(simulator) > 50), "sending is under way");

        using var paused = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/pause", new { reason = "券系统故障" });
        var sent = Accepted(simulator);
        var sending = (await ReadAsync(paused)).GetProperty("sending");
        Assert.Equal((HttpStatusCode.OK, sent), (paused.StatusCode, sending.GetProperty("sent").GetInt64()));

        var scope = ControlScope.Campaign(story.Id).Key;
        using var held = await story.PostAsync("xu", "/api/v1/holds", new { scope, reason = "核查" });
        using var resume = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/resume");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (held.StatusCode, resume.StatusCode));
        using var lifted = await story.PostAsync("zhou", "/api/v1/holds/lift", new { scope, reason = "无碍" });
        var page = await story.PageAsync();
        Assert.Equal((HttpStatusCode.NoContent, "paused", "券系统故障"), (lifted.StatusCode, page.GetProperty("status").GetString(), page.GetProperty("statusReason").GetString()));
        await Task.Delay(500, Token);   // a wait is the point: nothing may happen in it
        Assert.Equal(sent, Accepted(simulator));

        using var resumed = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/resume");
        Assert.Equal(HttpStatusCode.OK, resumed.StatusCode);
        await Eventually.HoldsAsync(() => Task.FromResult(Accepted(simulator) > sent), "it goes on");
    }

    private static Task AddTemplateAsync(TestHost host, int version, string body) =>
        host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new TemplateVersion
                {
                    Id = Guid.NewGuid(), Key = "coupon-notice/burst", Channel = "sms", Language = "en", Version = version, State = TemplateState.Published, NameZh = "主打", NameEn = "Burst", Purpose = "marketing",
                    Body = body, Variables = "[]", Hash = $"hash-{version}", WrittenBy = "lin", WrittenAt = host.Clock.GetUtcNow(), PublishedBy = "xu", PublishedAt = host.Clock.GetUtcNow(),
                });
                return Task.CompletedTask;
            },
            Token);

    private static long Accepted(SimulatorHost simulator) => simulator.Simulation.Log.Summary().Accepted;

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage reply) => await reply.Content.ReadFromJsonAsync<JsonElement>(Token);

    private static async Task<(string? Status, string? Reason)> StatusAsync(HttpClient client, Guid campaignId)
    {
        var all = await client.GetFromJsonAsync<JsonElement>("/api/v1/campaigns", Token);
        var list = all.ValueKind == JsonValueKind.Array ? all : all.GetProperty("items");
        var one = list.EnumerateArray().Single(row => row.GetProperty("id").GetGuid() == campaignId);
        return (one.GetProperty("status").GetString(), one.GetProperty("statusReason").GetString());
    }

    private static Brief OnlySms(Brief brief) => brief with
    {
        Phases = [.. brief.Phases.Select(phase => phase with { Channels = ["sms"], Texts = [.. phase.Texts.Where(text => text.Channel == "sms")] })],
    };

    private static void Match(int index, Customer customer) => customer.Attributes = """
        {"age":35,"student":false,"credit_status":"active","available_limit":20000,"overdue_days":0,"max_overdue_days_12m":0,"days_since_last_loan":90,
         "risk_grade":"B","lender_count":1,"open_complaint":false,"profiling_consent":true,"converted":false}
        """;
}
