using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class ReceiptTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(MessageState.Accepted, ReceiptStatus.Delivered, true, MessageState.Delivered)]
    [InlineData(MessageState.Delivered, ReceiptStatus.Failed, true, null)]
    [InlineData(MessageState.Failed, ReceiptStatus.Delivered, true, MessageState.Delivered)]
    [InlineData(MessageState.Failed, ReceiptStatus.Accepted, true, null)]
    [InlineData(MessageState.Unknown, ReceiptStatus.Failed, true, MessageState.Failed)]
    [InlineData(MessageState.Planned, ReceiptStatus.Delivered, false, MessageState.Delivered)]
    [InlineData(MessageState.Planned, ReceiptStatus.Failed, false, null)]
    [InlineData(MessageState.Leased, ReceiptStatus.Delivered, true, MessageState.Delivered)]
    [InlineData(MessageState.Accepted, ReceiptStatus.Accepted, true, null)]
    public void A_report_only_ever_moves_a_message_on(MessageState current, ReceiptStatus status, bool isPresent, MessageState? expected) =>
        Assert.Equal(expected, ReceiptApplier.Advance(current, new Receipt { Status = status }, isPresent)?.State);

    [Theory, ClassData(typeof(Dialects))]
    public async Task Reports_may_come_twice_and_in_any_order_and_a_forged_one_changes_nothing(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(4);
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        var callback = new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account)).PathAndQuery;
        using var provider = host.Anonymous();
        var ids = simulator.Simulation.Log.Entries.Select(entry => (entry.Id, entry.To)).OrderBy(entry => entry.To).ToList();

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(provider, callback[..^3] + "xyz", Report(ids[0], "DELIVRD")));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(provider, callback, "no json"));
        Assert.Equal(4, (await bed.CountsAsync())[MessageState.Accepted]);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, Report(ids[0], "DELIVRD")));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, Report(ids[0], "UNDELIV")));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, Report(ids[1], "UNDELIV")));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, Report(ids[1], "UNDELIV")));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, Report(ids[2], "BLACK")));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, Report(("99.99.0-1", "+8613800000000"), "DELIVRD")));

        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Failed) == 2, "the reports are applied");
        Assert.Equal(new Dictionary<MessageState, long> { [MessageState.Accepted] = 1, [MessageState.Delivered] = 1, [MessageState.Failed] = 2 }, await bed.CountsAsync());
        await bed.AssertCountersMatchAsync();
        var refused = await host.Database.ReadAsync((db, token) => db.Customers.OrderBy(row => row.CustomerNo).Skip(2).Select(row => row.ConsentBits).FirstAsync(token), TestContext.Current.CancellationToken);
        Assert.False(new ConsentSet(refused).Has(ChannelKind.Sms, Purpose.Marketing));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_reply_R_stops_the_next_phase_for_that_customer_and_counts_as_an_opt_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(5);
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the first reach-out is completed");
        var callback = new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account)).PathAndQuery;
        using var provider = host.Anonymous();

        Assert.Equal(HttpStatusCode.OK, await PostAsync(provider, callback, $$"""{"replies":[{"from":"{{ReachoutBed.Phone(2)}}","text":"R","moId":"mo-1"}]}"""));
        await Eventually.HoldsAsync(
            () => host.Database.ReadAsync((db, token) => db.MetricDays.AnyAsync(row => row.CampaignId == bed.CampaignId && row.Metric == Metric.OptOuts && row.Value == 1, token), TestContext.Current.CancellationToken), "the opt-out is counted");

        await bed.LaunchAsync(ReachoutBed.Brief(Ten.AddDays(1)));
        host.Clock.AdvanceTo(Ten.AddDays(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the second reach-out is completed");
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.NoConsentedChannel] = 1 }, await bed.SkipsAsync());
        var why = (await host.Services.GetRequiredService<WhyNot>().AskAsync(bed.CampaignId, "K0000002", TestContext.Current.CancellationToken)).Value.Single();
        Assert.Equal((MessageState.Skipped, SkipReason.NoConsentedChannel, "skip"), (why.State!.Value, why.Reason!.Value, why.Now));
    }

    [Fact]
    public async Task An_unsubscribe_link_acts_on_POST_only_and_a_changed_one_not_at_all()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        var link = host.Services.GetRequiredService<UnsubscribeLinks>().For(new UnsubscribeTarget(1, 1, ChannelKind.Sms, Purpose.Marketing)).PathAndQuery;
        using var client = host.Anonymous();
        Task<bool> HasConsentAsync() => host.Database.ReadAsync(async (db, token) => new ConsentSet((await db.Customers.SingleAsync(token)).ConsentBits).Has(ChannelKind.Sms, Purpose.Marketing), TestContext.Current.CancellationToken);

        var page = await client.GetStringAsync(link, TestContext.Current.CancellationToken);
        Assert.Contains("method=\"post\"", page, StringComparison.Ordinal);
        Assert.True(await HasConsentAsync());

        var last = link[^1] == 'A' ? 'B' : 'A';
        using var forged = await client.PostAsync(link[..^2] + last + link[^1], new StringContent(""), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.True(await HasConsentAsync());

        using var body = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var done = await client.PostAsync(link, body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.False(await HasConsentAsync());
    }

    private static string Report((string Id, string To) message, string status) =>
        $$"""{"reports":[{"id":"{{message.Id}}","ref":"x","to":"{{message.To}}","status":"{{status}}","time":"2026-11-24 10:00:00"}]}""";

    private static async Task<HttpStatusCode> PostAsync(HttpClient provider, string path, string body)
    {
        using var reply = await provider.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        return reply.StatusCode;
    }
}
