using System.Text.Json;
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

/// <summary>From an approved reach-out over the wire of FCM, APNs, Web Push and SMTP, and from what comes back to the ledger.</summary>
public sealed class ProviderRoundTripTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fcm", DatabaseDialect.Sqlite)]
    [InlineData("fcm", DatabaseDialect.PostgreSql)]
    [InlineData("apns", DatabaseDialect.Sqlite)]
    [InlineData("apns", DatabaseDialect.PostgreSql)]
    [InlineData("web-push", DatabaseDialect.Sqlite)]
    [InlineData("web-push", DatabaseDialect.PostgreSql)]
    public async Task A_push_arrives_as_it_was_approved_and_a_device_that_is_gone_is_never_tried_again(string provider, DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        using var roots = new RootsFile(simulator.Certificate);
        await using var host = await TestHost.StartAsync(dialect, settings: roots.Setting);
        using var devices = new PushDevices(provider, simulator);
        var bed = new ReachoutBed(host.Services);
        await GiveAsync(host, bed, AddressSlot.Of(ChannelKind.Push, provider), devices.Token(1), devices.Token(2), devices.Dead);
        await bed.AddAccountAsync(simulator, provider, host.Address);

        await SendAsync(host, bed, Brief("push"), Ten);

        var messages = await bed.MessagesAsync();
        Assert.Equal([MessageState.Accepted, MessageState.Accepted, MessageState.Failed], messages.Select(row => row.State));
        var wire = simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(devices.Read).OrderBy(read => read.Id, StringComparer.Ordinal).ToList();
        Assert.Equal(messages.Take(2).Select(row => $"{row.OccurrenceId}.{row.CustomerNo}.0-1").Order(StringComparer.Ordinal), wire.Select(read => read.Id));
        for (var i = 0; i < 2; i++)
            Assert.Contains($"尾号{ReachoutBed.Phone(i + 1)[^4..]}的客户您好", wire[i].Text, StringComparison.Ordinal);
        await bed.AssertCountersMatchAsync();

        await SendAsync(host, bed, Brief("push", Ten.AddDays(1)), Ten.AddDays(1));
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.Suppressed] = 1 }, await bed.SkipsAsync());
        Assert.Equal(4, simulator.Simulation.Log.Summary().Accepted);
    }

    [Theory]
    [InlineData("fcm")]
    [InlineData("apns")]
    [InlineData("web-push")]
    [InlineData("smtp")]
    public async Task A_message_whose_answer_is_lost_is_unknown_and_never_sent_twice(string provider)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        using var roots = new RootsFile(simulator.Certificate);
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite, settings: roots.Setting);
        using var devices = new PushDevices(provider, simulator);
        var (bed, channel) = (new ReachoutBed(host.Services), provider == "smtp" ? "email" : "push");
        await GiveAsync(host, bed, AddressSlot.Of(provider == "smtp" ? ChannelKind.Email : ChannelKind.Push, provider), provider == "smtp" ? "zhang@example.com" : devices.Token(1));
        await bed.AddAccountAsync(simulator, provider, host.Address);
        simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);

        await bed.LaunchAsync(Brief(channel));
        host.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Unknown) == 1, "its fate is unknown");
        host.Clock.Advance(TimeSpan.FromHours(6));
        await Eventually.HoldsAsync(async () => await bed.BatchesEndedAsync(), "nothing is under way");
        Assert.Equal((1, 1), (simulator.Simulation.Log.Summary().Requests, simulator.Simulation.Log.Summary().Accepted));
        Assert.Equal(MessageState.Unknown, Assert.Single(await bed.MessagesAsync()).State);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_mail_arrives_as_it_was_approved_and_bounce_complaint_and_answer_come_back_to_the_ledger(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        await GiveAsync(host, bed, new AddressSlot(ChannelKind.Email), "zhang@example.com", "dead.li@example.com", "bounce.wang@example.com", "complain.zhao@example.com", "sun@example.com");
        await bed.AddAccountAsync(simulator, "smtp", host.Address);

        await SendAsync(host, bed, Brief("email"), Ten);

        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Failed) == 2, "the bounce is applied");
        var messages = await bed.MessagesAsync();
        Assert.Equal((MessageState.Accepted, MessageState.Failed, MessageState.Failed), (messages[0].State, messages[1].State, messages[2].State));
        var mail = Mails.Read(simulator.Simulation.Log.FindAccepted($"{messages[0].OccurrenceId}.1.0-1")!.Text);
        Assert.Contains($"尾号{ReachoutBed.Phone(1)[^4..]}的客户您好", mail.Text, StringComparison.Ordinal);
        Assert.Equal(("<会员日>", $"<{messages[0].OccurrenceId}.1.0-1@mail.example.com>", "List-Unsubscribe=One-Click"), ($"<{mail.Header("Subject")}>", mail.Header("Message-ID"), mail.Header("List-Unsubscribe-Post")));
        await bed.AssertCountersMatchAsync();

        Assert.True(simulator.Reply("smtp", "sun@example.com", "退订"));
        await Eventually.HoldsAsync(async () => !await ConsentsAsync(host, "K0000005"), "the answer withdraws the consent");
        await Eventually.HoldsAsync(async () => await SuppressedAsync(host) == 3, "refused, bounced and complained about are suppressed");
        await SendAsync(host, bed, Brief("email", Ten.AddDays(1)), Ten.AddDays(1));
        Assert.Equal(new Dictionary<SkipReason, long> { [SkipReason.Suppressed] = 3, [SkipReason.NoConsentedChannel] = 1 }, await bed.SkipsAsync());
    }

    private static async Task SendAsync(TestHost host, ReachoutBed bed, Brief brief, DateTimeOffset at)
    {
        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(at);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
    }

    /// <summary>Customers with one address each, and consent for nothing else.</summary>
    private static Task GiveAsync(TestHost host, ReachoutBed bed, AddressSlot slot, params string[] addresses)
    {
        var sealer = host.Services.GetRequiredService<CustomerAddresses>();
        return bed.AddCustomersAsync(addresses.Length, (i, customer) =>
        {
            var (value, hash) = (sealer.Seal(customer.ExternalId, slot, addresses[i - 1]), sealer.Hash(slot.Kind, addresses[i - 1]));
            if (slot.Kind == ChannelKind.Email)
                (customer.Email, customer.EmailHash) = (value, hash);
            else if (slot.Token == "fcm")
                (customer.FcmToken, customer.FcmTokenHash) = (value, hash);
            else if (slot.Token == "apns")
                (customer.ApnsToken, customer.ApnsTokenHash) = (value, hash);
            else
                (customer.WebPush, customer.WebPushHash) = (value, hash);
            customer.ConsentBits = new ConsentSet(0).With(slot.Kind, Purpose.Marketing, true).Bits;
        });
    }

    private static Brief Brief(string channel, DateTimeOffset? due = null)
    {
        var brief = ReachoutBed.Brief(due ?? Ten, limits: new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null });
        var text = brief.Phases[0].Texts[0];
        return brief with { Phases = [brief.Phases[0] with { Channels = [channel], Texts = [text with { Channel = channel, Subject = "会员日", Html = channel == "email" ? "<p>您好</p>{{out}}" : null }] }] };
    }

    private static Task<bool> ConsentsAsync(TestHost host, string customer) =>
        host.Database.ReadAsync(async (db, token) => new ConsentSet((await db.Customers.SingleAsync(row => row.ExternalId == customer, token)).ConsentBits).Has(ChannelKind.Email, Purpose.Marketing), Token);

    private static Task<int> SuppressedAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.Suppressions.CountAsync(token), Token);
}
