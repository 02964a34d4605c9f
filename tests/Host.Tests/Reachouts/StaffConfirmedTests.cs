using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
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

/// <summary>WeCom 客户群发: accepted waits for staff; results are asked for, and a hold takes back what staff has not sent.</summary>
public sealed class StaffConfirmedTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_staff_sent_becomes_delivered_and_a_hold_takes_back_the_rest_until_it_is_lifted(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(20, (i, customer) =>
        {
            customer.WecomUserId = addresses.Seal(customer.ExternalId, ChannelKind.WeCom, $"wmCustomer{i:D4}");
            customer.WecomUserIdHash = addresses.Hash(ChannelKind.WeCom, $"wmCustomer{i:D4}");
            customer.ConsentBits = new ConsentSet(0).With(ChannelKind.WeCom, Purpose.Marketing, true).Bits;
        });
        await AddAccountAsync(host, simulator);
        // A text that all customers share, opt-out and all, so that there is one task.
        var brief = ReachoutBed.Brief(Ten, limits: new Limits { PerCustomerPerDay = 2, PerCustomerPer30Days = 4 });
        var phase = brief.Phases[0] with { Channels = ["wecom"], Texts = [new MessageText { Channel = "wecom", Language = "zh-CN", Body = "{{sig}}您好,会员日{{start}}开始。{{rate}}{{out}}" }] };
        await bed.LaunchAsync(brief with { Phases = [phase] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 20, "staff has its task");
        var first = Assert.Single(await RefsAsync(host));

        await RemindAsync(host, bed);
        host.Clock.Advance(TimeSpan.FromMinutes(11));
        await Eventually.HoldsAsync(() => RanAsync(host, PollResults.WorkKind), "the results are asked for");
        Assert.Equal(20, (await bed.CountsAsync())[MessageState.Accepted]);

        using var officer = await host.SignInAsync("xu", Role.Compliance);
        using var second = await host.SignInAsync("zhou", Role.Risk);
        using var held = await officer.PostAsJsonAsync("/api/v1/holds", new { scope = "channel:wecom", reason = "话术有误" }, Token);
        Assert.Equal(HttpStatusCode.OK, held.StatusCode);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Planned) == 20, "the task is taken back");
        using (var refused = await ConfirmAsync(simulator, first))
            Assert.NotEqual(0, (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errcode").GetInt32());
        await bed.AssertCountersMatchAsync();

        using var lifted = await second.PostAsJsonAsync("/api/v1/holds/lift", new { scope = "channel:wecom", reason = "已改" }, Token);
        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 20, "staff has a new task");
        var again = Assert.Single(await RefsAsync(host), known => known != first);

        using (var confirmed = await ConfirmAsync(simulator, again))
            Assert.Equal(0, (await confirmed.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errcode").GetInt32());
        host.Clock.Advance(TimeSpan.FromMinutes(11));
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Delivered) == 20, "what staff sent is delivered");
        await bed.AssertCountersMatchAsync();
        host.Clock.Advance(TimeSpan.FromDays(1));
        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var nobody = await owner.PostAsync($"/api/v1/campaigns/{bed.CampaignId}/sending/reminder", null, Token);
        Assert.Contains("nobody-to-remind", await nobody.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_takes_the_task_back_for_good()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await WaitingAsync(host, simulator, 5);
        using var head = await host.SignInAsync("chen", Role.BusinessHead);

        using var stopped = await head.PostAsJsonAsync($"/api/v1/campaigns/{bed.CampaignId}/sending/stop", new { reason = "下线" }, Token);

        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        await Eventually.HoldsAsync(async () => (await bed.SkipsAsync()).GetValueOrDefault(SkipReason.Stopped) == 5, "the task is taken back");
        await bed.AssertCountersMatchAsync();
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_refused_reminder_counts_for_nothing_and_one_that_may_have_arrived_does(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await WaitingAsync(host, simulator, 5);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var address = $"/api/v1/campaigns/{bed.CampaignId}/sending/reminder";
        async Task<(int Reminded, int Refused, int Unknown)> RemindAsync()
        {
            using var reply = await owner.PostAsync(address, null, Token);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            var result = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
            return (result.GetProperty("reminded").GetInt32(), result.GetProperty("refused").GetInt32(), result.GetProperty("unknown").GetInt32());
        }

        simulator.Simulation.Faults.Force(Fault.Throttled, Fault.CloseAfterAccept);
        Assert.Equal((0, 1, 0), await RemindAsync());   // the provider refuses: its place is given back
        Assert.Equal((0, 0, 1), await RemindAsync());   // nobody knows: it keeps its place
        Assert.Equal((1, 0, 0), await RemindAsync());
        Assert.Equal((1, 0, 0), await RemindAsync());
        using var enough = await owner.PostAsync(address, null, Token);
        Assert.Contains("reminded-enough", await enough.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var task = Assert.Single(await owner.GetFromJsonAsync<List<JsonElement>>($"/api/v1/campaigns/{bed.CampaignId}/sending/staff-tasks", Token) ?? []);
        Assert.Equal((5, 3, false, 4), (task.GetProperty("waiting").GetInt32(), task.GetProperty("reminders").GetInt32(), task.GetProperty("mayBeReminded").GetBoolean(), task.GetProperty("history").GetArrayLength()));

        host.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal((1, 0, 0), await RemindAsync());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Reminders_asked_for_at_once_never_exceed_the_limit_and_a_dated_rule_sets_it(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await WaitingAsync(host, simulator, 5);
        using var head = await host.SignInAsync("wu", Role.BusinessHead);
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        const string Rules = "/api/v1/dated-rules/staff-reminders";
        object Rule(int times) => new { name = "all", from = "2026-11-01", source = "less is more", value = new { times, hours = 24 } };
        using (var toomany = await head.PostAsJsonAsync(Rules, Rule(4), Token))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, toomany.StatusCode);
        using var made = await head.PostAsJsonAsync(Rules, Rule(2), Token);
        (await officer.PostAsync($"{Rules}/{(await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()}/publication", null, Token)).EnsureSuccessStatusCode();
        using var owner = await host.SignInAsync("lin", Role.Owner);

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => owner.PostAsync($"/api/v1/campaigns/{bed.CampaignId}/sending/reminder", null, Token)));

        Assert.Equal(2, replies.Count(reply => reply.StatusCode == HttpStatusCode.OK));
        Assert.Equal(3, replies.Count(reply => reply.StatusCode == HttpStatusCode.Conflict));
        var reference = Assert.Single(await RefsAsync(host));
        Assert.Equal(2, simulator.Simulation.Log.Entries.Count(entry => entry.Text == reference));
        foreach (var reply in replies)
            reply.Dispose();
    }

    /// <summary>A campaign of which every customer waits for the one member of staff.</summary>
    private static async Task<ReachoutBed> WaitingAsync(TestHost host, SimulatorHost simulator, int customers)
    {
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(customers, (i, customer) =>
        {
            customer.WecomUserId = addresses.Seal(customer.ExternalId, ChannelKind.WeCom, $"wmCustomer{i:D4}");
            customer.WecomUserIdHash = addresses.Hash(ChannelKind.WeCom, $"wmCustomer{i:D4}");
            customer.ConsentBits = new ConsentSet(0).With(ChannelKind.WeCom, Purpose.Marketing, true).Bits;
        });
        await AddAccountAsync(host, simulator);
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Channels = ["wecom"], Texts = [new MessageText { Channel = "wecom", Language = "zh-CN", Body = "{{sig}}您好,会员日{{start}}开始。{{rate}}{{out}}" }] }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == customers, "staff has its task");
        return bed;
    }

    /// <summary>The owner may remind three times a day, another owner and an auditor may not at all.</summary>
    private static async Task RemindAsync(TestHost host, ReachoutBed bed)
    {
        var address = $"/api/v1/campaigns/{bed.CampaignId}/sending/reminder";
        using var owner = await host.SignInAsync("lin", Role.Owner);
        using var other = await host.SignInAsync("mei", Role.Owner);
        using var auditor = await host.SignInAsync("audit", Role.Auditor);
        foreach (var stranger in new List<HttpClient> { other, auditor })
        {
            using var refused = await stranger.PostAsync(address, null, Token);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        for (var time = 0; time < 3; time++)
        {
            using var reply = await owner.PostAsync(address, null, Token);
            var result = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
            Assert.Equal((20, 1, 1), (result.GetProperty("waiting").GetInt32(), result.GetProperty("tasks").GetInt32(), result.GetProperty("reminded").GetInt32()));
            Assert.Equal("zhangsan", result.GetProperty("members")[0].GetString());
        }
        using var enough = await owner.PostAsync(address, null, Token);
        Assert.Equal(HttpStatusCode.Conflict, enough.StatusCode);
        Assert.Equal(3, await host.Database.ReadAsync((db, token) => db.AuditEvents.CountAsync(row => row.Type == "staff-reminded" && row.Actor == "lin", token), Token));
    }

    private static async Task AddAccountAsync(TestHost host, SimulatorHost simulator)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor("wecom-customer"));
        var account = (await accounts.CreateAsync(new AccountCommand("wecom", "wecom-customer", settings.RootElement) { SignatureZh = "【禾光消费金融】" }, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
    }

    private static Task<List<string>> RefsAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.ProviderRefs.Select(row => row.Ref).Distinct().ToListAsync(token), Token);

    private static Task<bool> RanAsync(TestHost host, string kind) => host.Database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.Kind == kind && row.State == Host.Scheduling.WorkState.Done, token), Token);

    private static async Task<HttpResponseMessage> ConfirmAsync(SimulatorHost simulator, string task)
    {
        using var http = new HttpClient();
        return await http.PostAsJsonAsync(new Uri(simulator.Address, "/_wecom/confirm"), new { msgid = task }, Token);
    }
}
