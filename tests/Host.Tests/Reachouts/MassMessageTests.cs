using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Official Account 群发: one text to many, no value per customer in it, and a reply opts out.</summary>
public sealed class MassMessageTests
{
    private const string Body = "{{sig}}会员日{{start}}开始,规则见{{link}}。{{rate}}{{out}}";
    private const string Target = "https://www.heguang.example/member-day";
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Marketing_to_followers_goes_out_in_one_call_with_one_text_and_a_reply_opts_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, null, null, "--Orchestrator:LinkHosts:0=heguang.example");
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddFollowersAsync(host, bed, 20);
        // The rate that the console suggests.
        var account = await AddAccountAsync(host, simulator, rate: ChannelProviders.Find("wechat-mass")!.Limits.DefaultRate);
        var brief = Brief();
        Assert.DoesNotContain(await host.Services.GetRequiredService<BriefLint>().LintAsync(brief, Token), finding => finding.Finding.Severity == Templates.Linting.LintSeverity.Error);

        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 20, "everybody is in the job");

        var sent = simulator.Simulation.Log.Entries.Where(entry => entry.Provider == "wechat-mass").ToList();
        Assert.Equal(20, sent.Count);
        var text = Assert.Single(sent.Select(entry => entry.Text).Distinct());
        Assert.EndsWith("回复TD退订", text, StringComparison.Ordinal);
        Assert.Contains(Target, text, StringComparison.Ordinal);
        Assert.DoesNotContain("/u/", text, StringComparison.Ordinal);
        Assert.Single(await host.Database.ReadAsync((db, token) => db.ProviderRefs.Select(row => row.Ref).Distinct().ToListAsync(token), Token));
        await bed.AssertCountersMatchAsync();

        await ReplyAsync(host, account, "oFollower0002", "TD");
        await Eventually.HoldsAsync(async () => !await ConsentsAsync(host, "K0000002"), "the reply opted the follower out");
        Assert.True(await ConsentsAsync(host, "K0000003"));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task More_followers_than_a_lease_holds_are_one_call(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect, null, null, "--Orchestrator:LinkHosts:0=heguang.example");
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddFollowersAsync(host, bed, 700);
        await AddAccountAsync(host, simulator, rate: ChannelProviders.Find("wechat-mass")!.Limits.DefaultRate);

        await bed.LaunchAsync(Brief());
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 700, "everybody is in the job");

        Assert.Equal(700, simulator.Simulation.Log.Entries.Count(entry => entry.Provider == "wechat-mass"));
        Assert.Single(await host.Database.ReadAsync((db, token) => db.ProviderRefs.Select(row => row.Ref).Distinct().ToListAsync(token), Token));
        await bed.AssertCountersMatchAsync();
    }

    [Theory]
    [InlineData(null, MessageState.Failed)]
    [InlineData("oOwnFollower", MessageState.Accepted)]
    public async Task A_single_follower_is_reached_with_a_companion_and_without_one_does_not_close_the_account(string? companion, MessageState expected)
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite, null, null, "--Orchestrator:LinkHosts:0=heguang.example");
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddFollowersAsync(host, bed, 1);
        var account = await AddAccountAsync(host, simulator, companion: companion);

        await bed.LaunchAsync(Brief());
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(expected) == 1, $"the message is {expected}");

        Assert.Equal(companion is null ? [] : ["oFollower0001", companion], simulator.Simulation.Log.Entries.Select(entry => entry.To).Order(StringComparer.Ordinal));
        Assert.Null((await host.Services.GetRequiredService<ChannelAccounts>().FindAsync(account.Id, Token))!.ClosedUntil);
    }

    private static Brief Brief()
    {
        var brief = ReachoutBed.Brief(Ten);
        return brief with { Phases = [brief.Phases[0] with { Channels = ["oa"], Link = new TrackedLink(Target), Texts = [new MessageText { Channel = "oa", Language = "zh-CN", Body = Body }] }] };
    }

    private static Task AddFollowersAsync(TestHost host, ReachoutBed bed, int count)
    {
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        return bed.AddCustomersAsync(count, (i, customer) =>
        {
            customer.OaOpenid = addresses.Seal(customer.ExternalId, ChannelKind.OfficialAccount, $"oFollower{i:D4}");
            customer.OaOpenidHash = addresses.Hash(ChannelKind.OfficialAccount, $"oFollower{i:D4}");
            customer.ConsentBits = new ConsentSet(0).With(ChannelKind.OfficialAccount, Purpose.Marketing, true).Bits;
        });
    }

    private static async Task<ChannelAccount> AddAccountAsync(TestHost host, SimulatorHost simulator, double? rate = null, string? companion = null)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        var settings = JsonNode.Parse(simulator.SettingsFor("wechat-mass"))!;
        if (companion is not null)
            settings["companion"] = companion;
        var command = new AccountCommand("oa", "wechat-mass", settings.Deserialize<JsonElement>()) { SignatureZh = "【禾光消费金融】", Rate = rate };
        var account = (await accounts.CreateAsync(command, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        return (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
    }

    /// <summary>The callback of a follower's words, signed with the account's token.</summary>
    private static async Task ReplyAsync(TestHost host, ChannelAccount account, string from, string words)
    {
        string[] signed = ["simulated-token", "1795485600", "4711"];
        Array.Sort(signed, StringComparer.Ordinal);
#pragma warning disable CA5350 // WeChat signs callbacks with SHA-1.
        var signature = Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(signed))));
#pragma warning restore CA5350
        var path = new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account)).PathAndQuery;
        using var wechat = host.Anonymous();
        using var reply = await wechat.PostAsync(
            $"{path}?signature={signature}&timestamp=1795485600&nonce=4711",
            new StringContent($"<xml><FromUserName>{from}</FromUserName><CreateTime>1795485600</CreateTime><MsgType>text</MsgType><Content>{words}</Content><MsgId>77</MsgId></xml>", Encoding.UTF8, "text/xml"), Token);
        Assert.Equal(System.Net.HttpStatusCode.OK, reply.StatusCode);
    }

    private static Task<bool> ConsentsAsync(TestHost host, string customer) =>
        host.Database.ReadAsync(async (db, token) => new ConsentSet((await db.Customers.SingleAsync(row => row.ExternalId == customer, token)).ConsentBits).Has(ChannelKind.OfficialAccount, Purpose.Marketing), Token);
}
