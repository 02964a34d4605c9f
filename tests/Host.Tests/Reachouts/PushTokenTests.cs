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

/// <summary>Customers with push tokens of several kinds, each sent to through its own provider.</summary>
public sealed class PushTokenTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task One_push_goes_to_the_token_of_the_first_account_and_a_dead_token_gives_way_to_the_next(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.DeclareAsync("overdue_days");
        using var platform = await host.SignInAsync("pan", Role.Platform);
        var consents = new[] { new { channel = "push", purpose = "marketing", granted = true, source = "app" } };
        await PutAsync(platform, new { externalId = "P1", pushToken = "own-1", consents });
        await PutAsync(platform, new { externalId = "P2", fcmToken = "fcm-2", consents });
        await PutAsync(platform, new { externalId = "P3", pushToken = "own-3", fcmToken = "fcm-3", consents });
        await PutAsync(platform, new { externalId = "P4", pushToken = "own-4", fcmToken = "dead-4", consents });
        await PutAsync(platform, new { externalId = "P5", apnsToken = "apple-5", consents });
        await PutAsync(platform, new { externalId = "P6", fcmToken = "fcm-6" });
        var own = await bed.AddPushAsync(simulator);
        var fcm = await AddFcmAsync(host, simulator);
        Assert.True((await host.Services.GetRequiredService<ChannelAccounts>().FindAsync(own.Id, Token))!.IsDefault);
        await host.Database.WriteAsync((tx, token) => tx.Db.ChannelAccounts.Where(row => row.Id == own.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Order, 1), token), Token);

        await SendAsync(host, bed, Ten);

        var messages = await bed.MessagesAsync();
        Assert.Equal([own.No, fcm.No, fcm.No, fcm.No, 0, 0], messages.Select(row => row.AccountNo));
        Assert.Equal([SkipReason.BadAddress, SkipReason.NoConsentedChannel, SkipReason.NoConsentedChannel], messages.Skip(3).Select(row => row.Reason));
        Assert.Equal(["fcm-2", "fcm-3", "own-1"], simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => entry.To).Order());

        await SendAsync(host, bed, Ten.AddDays(1));

        Assert.Equal(["fcm-2", "fcm-2", "fcm-3", "fcm-3", "own-1", "own-1", "own-4"], simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => entry.To).Order());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Tokens_come_by_file_are_shown_masked_told_for_a_reason_and_go_with_the_customer(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        using var officer = await host.SignInAsync("xu", Role.Compliance);
        using var file = new StringContent("external_id,push_token,fcm_token,apns_token,web_push\nT1,own-token-1,fcm-token-1,apple-token-1,\"{\"\"endpoint\"\":\"\"https://push.example/1\"\"}\"\nT2,,fcm-token-2,,\n");
        file.Headers.ContentType = new("text/csv");
        using var form = new MultipartFormDataContent { { file, "file", "tokens.csv" } };
        using var posted = await platform.PostAsync("/api/v1/customer-imports", form, Token);
        Assert.True(posted.IsSuccessStatusCode, await posted.Content.ReadAsStringAsync(Token));
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.Customers.AnyAsync(row => row.ExternalId == "T2", token), Token), "the file is applied");

        var shown = await officer.GetFromJsonAsync<JsonElement>("/api/v1/customers/T1", Token);
        Assert.Equal(["push", "push-fcm", "push-apns", "push-webpush"], shown.GetProperty("addresses").EnumerateArray().Select(address => address.GetProperty("channel").GetString()!));
        Assert.DoesNotContain("apple-token-1", shown.ToString(), StringComparison.Ordinal);
        using var told = await officer.PostAsJsonAsync("/api/v1/customers/T1/reveal", new { channel = "push-apns", reason = "test" }, Token);
        Assert.Equal("apple-token-1", (await told.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("address").GetString());

        // What is not said stays; null clears.
        using var cleared = await platform.PutAsJsonAsync("/api/v1/customers/T1", new { fcmToken = (string?)null }, Token);
        Assert.True(cleared.IsSuccessStatusCode);
        var kept = await host.Database.ReadAsync((db, token) => db.Customers.SingleAsync(row => row.ExternalId == "T1", token), Token);
        Assert.Equal((true, false, true, true), (kept.PushToken != null, kept.FcmTokenHash != null, kept.ApnsToken != null, kept.WebPush != null));
        _ = (await host.Services.GetRequiredService<CustomerErasure>().EraseAsync("T1", "asked for", ReachoutBed.Officer, Token)).Value;
        Assert.Equal(0, await host.Database.ReadAsync((db, token) => db.Customers.CountAsync(row => row.ExternalId == "T1" && (row.PushToken != null || row.FcmToken != null || row.ApnsToken != null || row.ApnsTokenHash != null || row.WebPush != null || row.WebPushHash != null), token), Token));
    }

    [Fact]
    public async Task A_tap_opens_the_phases_link_by_the_customers_own_short_address()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite, null, null, "--Orchestrator:LinkHosts:0=heguang.example");
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        var consents = new[] { new { channel = "push", purpose = "marketing", granted = true, source = "app" } };
        await PutAsync(platform, new { externalId = "P1", fcmToken = "fcm-1", consents });
        await PutAsync(platform, new { externalId = "P2", fcmToken = "fcm-2", consents });
        _ = await AddFcmAsync(host, simulator);

        await SendAsync(host, bed, Ten, new TrackedLink("https://www.heguang.example/member-day"));

        var taps = simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => entry.Note).ToList();
        Assert.Equal(2, taps.Distinct().Count());
        var ids = await host.Database.ReadAsync((db, token) => db.Set<TrackedLinkRow>().Select(row => row.Id).ToListAsync(token), Token);
        Assert.All(taps, tap => Assert.Contains(ids, id => tap!.EndsWith($"/l/{id}", StringComparison.Ordinal)));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_wecom_message_goes_out_from_the_customers_own_employee_and_one_who_left_harms_nobody_else(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await host.Database.WriteAsync((tx, _) =>
        {
            tx.Db.Add(new AttributeDefinition { Name = SendChecks.WecomOwnerAttribute, Type = AttributeType.Text, LabelChinese = "归属员工", LabelEnglish = "Owner", Position = 200 });
            return Task.CompletedTask;
        }, Token);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        var consents = new[] { new { channel = "wecom", purpose = "marketing", granted = true, source = "app" } };
        await PutAsync(platform, new { externalId = "W1", wecomUserId = "wm-1", attributes = new { wecom_owner = "li" }, consents });
        await PutAsync(platform, new { externalId = "W2", wecomUserId = "wm-2", attributes = new { wecom_owner = "left-wang" }, consents });
        await PutAsync(platform, new { externalId = "W3", wecomUserId = "wm-3", consents });
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor("wecom-customer"));
        var account = (await accounts.CreateAsync(new AccountCommand("wecom", "wecom-customer", settings.RootElement) { SignatureZh = "【禾光消费金融】" }, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Channels = ["wecom"], Texts = [new MessageText { Channel = "wecom", Language = "zh-CN", Body = "{{sig}}会员日{{start}}开始。{{rate}}{{out}}" }] }] });

        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => (await bed.MessagesAsync()) is { Count: 3 } rows && rows.All(row => !row.State.IsOpen()), "all is out");

        Assert.Equal([("wm-1", "li"), ("wm-3", "zhangsan")], simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => (entry.To, entry.Note!)).Order());
        Assert.Equal([MessageState.Accepted, MessageState.Failed, MessageState.Accepted], (await bed.MessagesAsync()).Select(row => row.State));
        Assert.Equal(SkipReason.Unusable, (await bed.MessagesAsync())[1].Reason);
        Assert.Null((await accounts.FindAsync(account.Id, Token))!.ClosedUntil);
        Assert.Empty(await host.Database.ReadAsync((db, token) => db.Suppressions.ToListAsync(token), Token));
    }

    private static async Task PutAsync(HttpClient platform, object customer)
    {
        var json = JsonSerializer.SerializeToElement(customer);
        using var reply = await platform.PutAsJsonAsync($"/api/v1/customers/{json.GetProperty("externalId").GetString()}", json, Token);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));
    }

    private static async Task<ChannelAccount> AddFcmAsync(TestHost host, SimulatorHost simulator)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor("fcm"));
        // The default of another kind of token stays the default of its kind.
        var account = (await accounts.CreateAsync(new AccountCommand("abroad", "fcm", settings.RootElement) { IsDefault = true }, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        return (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
    }

    private static async Task SendAsync(TestHost host, ReachoutBed bed, DateTimeOffset at, TrackedLink? link = null)
    {
        var brief = ReachoutBed.Brief(at);
        await bed.LaunchAsync(brief with
        {
            Phases = [brief.Phases[0] with { Channels = ["push"], Link = link, Texts = [new MessageText { Channel = "push", Language = "zh-CN", Subject = "会员日", Body = "会员日{{start}}开始。{{rate}}" }] }],
        });
        host.Clock.AdvanceTo(at.AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "all is out");
    }
}
