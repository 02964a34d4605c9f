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
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Providers that don't report message by message are asked, and a hold takes back what can be taken back.</summary>
public sealed class PolledResultTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Pushes_that_arrived_become_delivered_so_that_only_the_others_go_on_to_the_next_step(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        // More than one page, so that every one is asked about.
        await AddCustomersAsync(host, bed, 130, ChannelKind.Push, i => i % 10 == 0 ? $"offline-{i:D10}" : $"token-{i:D10}");
        await bed.AddGatewayAsync(simulator);
        await bed.AddPushAsync(simulator);
        var brief = ReachoutBed.Brief(Ten, limits: new Limits { PerCustomerPerDay = 2, PerCustomerPer30Days = 4 });
        var sms = brief.Phases[0].Texts;
        var phase = brief.Phases[0] with
        {
            Channels = ["push"], Texts = [sms[0] with { Channel = "push", Subject = "会员日" }], Steps = [new PhaseStep { AfterHours = 2, When = StepWhen.NotDelivered, Channels = ["sms"], Texts = sms }],
        };
        await bed.LaunchAsync(brief with { Phases = [phase] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 130, "the pushes are out");

        host.Clock.Advance(TimeSpan.FromMinutes(11));
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Delivered) == 117, "JPush was asked");
        await bed.LetStepComeAsync(1, 13);

        Assert.Equal(13, (await bed.MessagesAsync()).Count(row => row.Step == 1));
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_failed_mass_message_whose_report_was_lost_is_found_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await MassAsync(host, simulator, i => $"refused{i:D4}");

        host.Clock.Advance(TimeSpan.FromMinutes(11));

        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Failed) == 5, "WeChat was asked");
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_hold_deletes_a_mass_message_and_nobody_gets_it_a_second_time(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await MassAsync(host, simulator, i => $"oFollower{i:D4}");
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        using var second = await host.SignInAsync("zhou", Role.Risk);

        using var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = "channel:oa", reason = "话术有误" }, Token);
        Assert.Equal(HttpStatusCode.OK, held.StatusCode);
        var why = host.Services.GetRequiredService<WhyNot>();
        await Eventually.HoldsAsync(async () => string.Join(' ', (await why.AskAsync(bed.CampaignId, "K0000001", Token)).Value.Single().Evidence).Contains("Deleted at the provider", StringComparison.Ordinal), "the job is deleted");
        using var lifted = await second.PostAsJsonAsync("/api/v1/holds/lift", new { scope = "channel:oa", reason = "已改" }, Token);
        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        host.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(5, (await bed.CountsAsync())[MessageState.Accepted]);
        Assert.Equal(5, simulator.Simulation.Log.Entries.Count());
        await bed.AssertCountersMatchAsync();
    }

    /// <summary>A mass message to five followers whose report never comes.</summary>
    private static async Task<ReachoutBed> MassAsync(TestHost host, SimulatorHost simulator, Func<int, string> openid)
    {
        var bed = new ReachoutBed(host.Services);
        await AddCustomersAsync(host, bed, 5, ChannelKind.OfficialAccount, openid);
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor("wechat-mass"));
        var account = (await accounts.CreateAsync(new AccountCommand("oa", "wechat-mass", settings.RootElement) { SignatureZh = "【禾光消费金融】" }, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Channels = ["oa"], Texts = [new MessageText { Channel = "oa", Language = "zh-CN", Body = "{{sig}}您好,会员日{{start}}开始。{{rate}}" }] }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 5, "everybody is in the job");
        return bed;
    }

    private static Task AddCustomersAsync(TestHost host, ReachoutBed bed, int count, ChannelKind kind, Func<int, string> address)
    {
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        return bed.AddCustomersAsync(count, (i, customer) =>
        {
            var (kept, hash) = (addresses.Seal(customer.ExternalId, kind, address(i)), addresses.Hash(kind, address(i)));
            if (kind == ChannelKind.Push)
                (customer.PushToken, customer.PushTokenHash) = (kept, hash);
            else
                (customer.OaOpenid, customer.OaOpenidHash) = (kept, hash);
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(kind, Purpose.Marketing, true).Bits;
        });
    }
}
