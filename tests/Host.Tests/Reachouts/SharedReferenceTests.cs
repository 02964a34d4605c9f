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

/// <summary>Receipts whose provider reference stands for many messages: a batch call, a mass message.</summary>
public sealed class SharedReferenceTests
{
    private const string Stopped = "+8613800010003";
    private const string Blacklisted = "+8613800010005";
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Each_number_of_a_batch_call_gets_its_own_report_and_the_opt_out_is_the_right_customer_s(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        string PhoneOf(long no) => no switch { 2 => Blacklisted, 3 => Stopped, _ => ReachoutBed.Phone((int)no) };
        await bed.AddCustomersAsync(6, (i, customer) => (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, PhoneOf(i)), addresses.Hash(ChannelKind.Sms, PhoneOf(i))));
        await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        Assert.Equal(6, (await bed.CountsAsync())[MessageState.Accepted]);

        // The same messages as one call of Aliyun's: whoever changes number meanwhile is still found by the one that was used.
        var account = await AddAsync(host, simulator, "aliyun-sms", settings => settings["batch"] = true);
        var messages = await bed.MessagesAsync();
        await ChangePhoneAsync(host, addresses, 4);
        var verdicts = await host.Services.GetRequiredService<ChannelPool>().For(account).SendAsync([.. messages.Select(row => Outbound(row, PhoneOf(row.CustomerNo)))], Token);
        var reference = Assert.Single(verdicts.Select(verdict => Assert.IsType<Delivery.Accepted>(verdict).ProviderRef).Distinct());
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.AddRange(messages.Select(row => new ProviderRef { AccountNo = account.No, Ref = reference!, OccurrenceId = row.OccurrenceId, CustomerNo = row.CustomerNo, Step = row.Step, Attempt = row.Attempt }));
                return Task.CompletedTask;
            },
            Token);

        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == 0, "every report has found its message");
        Assert.Equal([2L, 3L], (await bed.MessagesAsync()).Where(row => row.State == MessageState.Failed).Select(row => row.CustomerNo));
        Assert.Equal([1L, 4L, 5L, 6L], (await bed.MessagesAsync()).Where(row => row.State == MessageState.Delivered).Select(row => row.CustomerNo));
        await bed.AssertCountersMatchAsync();
        var refused = await host.Database.ReadAsync((db, token) => db.Customers.OrderBy(row => row.CustomerNo).Select(row => row.ConsentBits).ToListAsync(token), Token);
        Assert.Equal([true, false, true, true, true, true], refused.Select(bits => new ConsentSet(bits).Has(ChannelKind.Sms, Purpose.Marketing)));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_report_about_another_customer_s_number_waits_instead_of_taking_the_only_message_that_is_known(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(2);
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        var rows = await bed.MessagesAsync();
        await AddRefAsync(host, account.No, rows[0]);
        var receipts = host.Services.GetRequiredService<ReceiptApplier>();
        Receipt Report(int i) => new() { ProviderRef = "shared", Address = ReachoutBed.Phone(i), Status = ReceiptStatus.Delivered };

        Assert.Equal([false], (await receipts.ApplyAsync(account, [Report(2)], Token)).Select(match => match.IsFound));
        await AddRefAsync(host, account.No, rows[1]);
        Assert.Equal([false], (await receipts.ApplyAsync(account, [Report(9)], Token)).Select(match => match.IsFound));
        Assert.Equal([true], (await receipts.ApplyAsync(account, [Report(2)], Token)).Select(match => match.IsFound));

        Assert.Equal([MessageState.Accepted, MessageState.Delivered], (await bed.MessagesAsync()).Select(row => row.State));
    }

    [Theory]
    [InlineData(DatabaseDialect.Sqlite, false)]
    [InlineData(DatabaseDialect.Sqlite, true)]
    [InlineData(DatabaseDialect.PostgreSql, false)]
    [InlineData(DatabaseDialect.PostgreSql, true)]
    public async Task The_report_on_a_mass_message_settles_all_of_it_or_with_mixed_counts_only_stands_in_the_history(DatabaseDialect dialect, bool someFail)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddFollowersAsync(host, bed, 20, i => someFail && i == 7 ? "refusedFollower" : $"oFollower{i:D4}");
        await AddAsync(host, simulator, "wechat-mass");
        await bed.LaunchAsync(MassBrief());
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.ReceiptInbox.AnyAsync(row => row.State == InboxState.Applied, token), Token), "the job's report is applied");

        Assert.Equal(20, (await bed.CountsAsync())[someFail ? MessageState.Accepted : MessageState.Delivered]);
        await bed.AssertCountersMatchAsync();
        var why = (await host.Services.GetRequiredService<WhyNot>().AskAsync(bed.CampaignId, "K0000001", Token)).Value.Single();
        Assert.Equal(someFail, string.Join(' ', why.Evidence).Contains("sent 19, failed 1, filtered 20 of 20", StringComparison.Ordinal));
    }

    private static OutboundMessage Outbound(Message row, string phone) => new()
    {
        MessageId = new MessageId(row.OccurrenceId, row.CustomerNo, row.Step).ToString(),
        Attempt = row.Attempt,
        Address = phone,
        Content = new MessageContent { Text = "会员日", TemplateCode = "SMS_1" },
        Purpose = Purpose.Servicing,
    };

    private static Task ChangePhoneAsync(TestHost host, CustomerAddresses addresses, long customerNo) => host.Database.WriteAsync(
        async (tx, token) =>
        {
            var customer = await tx.Db.Customers.AsTracking().SingleAsync(row => row.CustomerNo == customerNo, token);
            (customer.Phone, customer.PhoneHash, customer.Version) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, "+8613900000009"), addresses.Hash(ChannelKind.Sms, "+8613900000009"), customer.Version + 1);
        },
        Token);

    private static Task AddRefAsync(TestHost host, int accountNo, Message row) => host.Database.WriteAsync(
        (tx, _) =>
        {
            tx.Db.Add(new ProviderRef { AccountNo = accountNo, Ref = "shared", OccurrenceId = row.OccurrenceId, CustomerNo = row.CustomerNo, Step = row.Step, Attempt = row.Attempt });
            return Task.CompletedTask;
        },
        Token);

    /// <summary>A text that everybody shares, so that there is one call.</summary>
    private static Brief MassBrief()
    {
        var brief = ReachoutBed.Brief(Ten);
        return brief with { Phases = [brief.Phases[0] with { Channels = ["oa"], Texts = [new MessageText { Channel = "oa", Language = "zh-CN", Body = "{{sig}}您好,会员日{{start}}开始。{{rate}}" }] }] };
    }

    private static Task AddFollowersAsync(TestHost host, ReachoutBed bed, int count, Func<int, string> openid)
    {
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        return bed.AddCustomersAsync(count, (i, customer) =>
        {
            customer.OaOpenid = addresses.Seal(customer.ExternalId, ChannelKind.OfficialAccount, openid(i));
            customer.OaOpenidHash = addresses.Hash(ChannelKind.OfficialAccount, openid(i));
            customer.ConsentBits = new ConsentSet(0).With(ChannelKind.OfficialAccount, Purpose.Marketing, true).Bits;
        });
    }

    /// <summary>A live account at the simulator, which reports back to it.</summary>
    private static async Task<ChannelAccount> AddAsync(TestHost host, SimulatorHost simulator, string provider, Action<JsonObject>? change = null)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        var settings = JsonNode.Parse(simulator.SettingsFor(provider))!.AsObject();
        change?.Invoke(settings);
        var account = (await accounts.CreateAsync(new AccountCommand(provider, provider, JsonSerializer.SerializeToElement(settings)) { SignatureZh = "【禾光消费金融】" }, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        account = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
        simulator.Simulation.Callbacks[provider] = new Uri(host.Address, new Uri(accounts.CallbackUrl(account)).PathAndQuery);
        return account;
    }
}
