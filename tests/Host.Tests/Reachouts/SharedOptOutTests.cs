using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>WeCom 客户群发: one text to many, whose opt-out link names nobody; the page asks who it is and tells nobody whom it knows.</summary>
public sealed class SharedOptOutTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Customers_share_one_task_and_each_opts_out_alone_with_the_number_on_file(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var link = await SendAsync(host, bed, simulator, 10);
        // One more, to whom it was not sent.
        await AddCustomersAsync(host, bed, 1, first: 11);
        using var customer = host.Anonymous();

        Assert.Contains("name=\"phone\"", await customer.GetStringAsync(link, Token), StringComparison.Ordinal);
        var known = await PostAsync(customer, link, ReachoutBed.Phone(2));
        await Eventually.HoldsAsync(async () => !await ConsentsAsync(host, 2), "the customer is out");
        var unknown = await PostAsync(customer, link, "13912345678");
        var stranger = await PostAsync(customer, link, ReachoutBed.Phone(11));
        var nonsense = await PostAsync(customer, link, "12");

        Assert.Equal(HttpStatusCode.OK, known.Status);
        Assert.Equal(known, unknown);
        Assert.Equal(known, stranger);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nonsense.Status);
        await Eventually.HoldsAsync(() => host.Database.ReadAsync(async (db, token) => await db.ScheduledWork.CountAsync(row => row.Kind == SharedOptOuts.WorkKind && row.State == WorkState.Done, token) == 3, Token), "all was looked up");
        Assert.True(await ConsentsAsync(host, 11));
        Assert.True(await ConsentsAsync(host, 3));
        Assert.DoesNotContain(await host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Kind == SharedOptOuts.WorkKind).Select(row => row.Payload).ToListAsync(token), Token), payload => payload.Contains("13912345678", StringComparison.Ordinal));
        Assert.Equal(1, await host.Database.ReadAsync((db, token) => db.CampaignEvents.CountAsync(row => row.CampaignId == bed.CampaignId && row.Kind == Host.Monitoring.CampaignEventKind.OptOut, token), Token));
    }

    [Fact]
    public async Task Who_tries_number_after_number_is_turned_away()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var client = host.Anonymous();
        var link = host.Services.GetRequiredService<UnsubscribeLinks>().For(new UnsubscribeTarget(1, UnsubscribeTarget.Everybody, ChannelKind.WeCom, Purpose.Marketing)).PathAndQuery;

        for (var i = 0; i < OptOutAttempts.Most; i++)
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, link, ReachoutBed.Phone(i))).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(client, link, ReachoutBed.Phone(99))).Status);
    }

    /// <summary>Sends a text with opt-out and link to customers 1…n.</summary>
    /// <returns>Where its opt-out link leads.</returns>
    private static async Task<string> SendAsync(TestHost host, ReachoutBed bed, SimulatorHost simulator, int count)
    {
        await AddCustomersAsync(host, bed, count);
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor("wecom-customer"));
        // The rate that the console suggests.
        var command = new AccountCommand("wecom", "wecom-customer", settings.RootElement) { SignatureZh = "【禾光消费金融】", Rate = ChannelProviders.Find("wecom-customer")!.Limits.DefaultRate };
        var account = (await accounts.CreateAsync(command, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Channels = ["wecom"], Texts = [new MessageText { Channel = "wecom", Language = "zh-CN", Body = "{{sig}}您好,会员日{{start}}开始。{{rate}}{{out}}" }] }] });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Accepted) == count, "staff has its task");
        Assert.Single(await host.Database.ReadAsync((db, token) => db.ProviderRefs.Select(row => row.Ref).Distinct().ToListAsync(token), Token));
        var text = Assert.Single(simulator.Simulation.Log.Entries.Select(entry => entry.Text).Distinct());
        return Regex.Match(text, "/u/[A-Za-z0-9_-]+").Value;
    }

    private static Task AddCustomersAsync(TestHost host, ReachoutBed bed, int count, int first = 1)
    {
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        return bed.AddCustomersAsync(
            count,
            (i, customer) =>
            {
                customer.WecomUserId = addresses.Seal(customer.ExternalId, ChannelKind.WeCom, $"wmCustomer{i:D4}");
                customer.WecomUserIdHash = addresses.Hash(ChannelKind.WeCom, $"wmCustomer{i:D4}");
                customer.ConsentBits = new ConsentSet(0).With(ChannelKind.WeCom, Purpose.Marketing, true).Bits;
            },
            first);
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient client, string link, string phone)
    {
        using var form = new FormUrlEncodedContent([new("phone", phone), new("List-Unsubscribe", "One-Click")]);
        using var reply = await client.PostAsync(link, form, Token);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync(Token));
    }

    private static Task<bool> ConsentsAsync(TestHost host, int customer) =>
        host.Database.ReadAsync(async (db, token) => new ConsentSet((await db.Customers.SingleAsync(row => row.ExternalId == $"K{customer:D7}", token)).ConsentBits).Has(ChannelKind.WeCom, Purpose.Marketing), Token);
}
