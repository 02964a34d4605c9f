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

/// <summary>Frequency caps per channel, and those of the house.</summary>
public sealed class FrequencyCapTests
{
    private const string Rules = "/api/v1/dated-rules/frequency-caps";
    private const int Customers = 6;
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
    private static readonly Limits TwoOneBySms = new() { PerCustomerPerDay = 2, PerCustomerPer30Days = null, Channels = [new ChannelLimit("sms", 1, 2)] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_channel_has_its_own_limit_for_a_day_and_for_thirty_beside_that_of_all_channels(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator);

        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten, TwoOneBySms));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddHours(1), TwoOneBySms));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddHours(2), TwoOneBySms, "push"));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddHours(3), TwoOneBySms, "push"));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(1), TwoOneBySms));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(2), TwoOneBySms));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(2).AddHours(1), TwoOneBySms, "push"));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(30), TwoOneBySms));

        var days = await DaysAsync(host, ReachoutBed.Phone(1));
        Assert.Equal([(2, 1, 1), (1, 1, 0), (1, 0, 1), (1, 1, 0)], days.Select(row => (row.Used, Of(row, ChannelKind.Sms), Of(row, ChannelKind.Push))));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_message_that_was_refused_for_good_gives_its_place_on_the_channel_back(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        const string dead = "+8613800130001";
        var bed = await BedAsync(host, simulator, dead);

        var (sent, _) = await SendAsync(host, bed, Ten, TwoOneBySms);

        Assert.Equal(Customers - 1, sent);
        Assert.Equal([(0, 0L)], (await DaysAsync(host, dead)).Select(row => (row.Used, row.ByChannel)));
        Assert.Equal([(1, ChannelBytes.Unit(LedgerChannel.Of(ChannelKind.Sms)))], (await DaysAsync(host, ReachoutBed.Phone(1))).Select(row => (row.Used, row.ByChannel)));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_of_the_house_holds_over_campaigns_from_its_day_on_and_says_why_not(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator);
        using var head = await host.SignInAsync("head", Role.BusinessHead);
        using var officer = await host.SignInAsync("officer", Role.Compliance);
        var none = new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null };
        await PublishAsync(head, officer, "2026-11-25", new { channels = new[] { new { channel = "sms", perCustomerPerDay = 1 } } });

        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten, none));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddHours(1), none));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(1), none));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(1).AddHours(1), none));
        Assert.Contains("1/1 today", await officer.GetStringAsync($"/api/v1/campaigns/{bed.CampaignId}/why-not?customer=K0000001", Token), StringComparison.Ordinal);
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(1).AddHours(2), none, "push"));
    }

    [Fact]
    public async Task Limits_that_mean_nothing_are_refused_at_their_field()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var head = await host.SignInAsync("head", Role.BusinessHead);

        using var reply = await head.PostAsJsonAsync(
            Rules,
            new
            {
                name = "collection", from = "2026-12-01", source = "house rule 3",
                value = new { perCustomerPerDay = -1, channels = new object[] { new { channel = "sms", perCustomerPerDay = 255 }, new { channel = "sms", perCustomerPer30Days = -1 }, new { channel = "fax" }, null! } },
            },
            Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        var fields = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(problem => problem.GetProperty("field").GetString());
        Assert.Equal(["name", "value.perCustomerPerDay", "value.channels[0].perCustomerPerDay", "value.channels[1].channel", "value.channels[1].perCustomerPer30Days", "value.channels[2].channel", "value.channels[3].channel"], fields);
    }

    [Fact]
    public void Of_two_limits_the_lower_holds_and_none_is_no_zero()
    {
        var one = FrequencyCaps.Of(3, null, [new ChannelLimit("sms", 0), new ChannelLimit("push", 4, 9)]);
        var other = FrequencyCaps.Of(null, 5, [new ChannelLimit("push", 7, 2), new ChannelLimit("oa", PerCustomerPer30Days: 1)]);

        var both = one.And(other);

        Assert.Equal((3, 5), (both.PerDay, both.Per30Days));
        Assert.Equal(both, other.And(one));
        Assert.Equal([0, 4, null, null], new[] { ChannelKind.Sms, ChannelKind.Push, ChannelKind.Email, ChannelKind.OfficialAccount }.Select(kind => both.ChannelPerDay.LimitOf(LedgerChannel.Of(kind))));
        Assert.Equal([null, 2, null, 1], new[] { ChannelKind.Sms, ChannelKind.Push, ChannelKind.Email, ChannelKind.OfficialAccount }.Select(kind => both.ChannelPer30Days.LimitOf(LedgerChannel.Of(kind))));
        Assert.False(FrequencyCaps.Of(null, null, []).IsNeeded);
        Assert.True(one.IsNeeded);
    }

    private static async Task<ReachoutBed> BedAsync(TestHost host, SimulatorHost simulator, string? lastPhone = null)
    {
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(Customers, (i, customer) =>
        {
            (customer.PushToken, customer.PushTokenHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Push, $"token-{i:D10}"), addresses.Hash(ChannelKind.Push, $"token-{i:D10}"));
            customer.ConsentBits = new ConsentSet(customer.ConsentBits).With(ChannelKind.Push, Purpose.Marketing, true).Bits;
            if (i == Customers && lastPhone is not null)
                (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, lastPhone), addresses.Hash(ChannelKind.Sms, lastPhone));
        });
        await bed.AddGatewayAsync(simulator);
        await bed.AddPushAsync(simulator);
        return bed;
    }

    /// <summary>A campaign of its own; how many were sent, and how many were kept back by a cap.</summary>
    private static async Task<(long Sent, long Capped)> SendAsync(TestHost host, ReachoutBed bed, DateTimeOffset at, Limits limits, string channel = "sms")
    {
        var brief = ReachoutBed.Brief(at, limits: limits);
        var text = brief.Phases[0].Texts[0] with { Channel = channel, Subject = channel == "push" ? "会员日" : null };
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Channels = [channel], Texts = [text] }] });
        host.Clock.AdvanceTo(at);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        await bed.AssertCountersMatchAsync();
        var counts = await bed.CountsAsync();
        return (counts.GetValueOrDefault(MessageState.Accepted) + counts.GetValueOrDefault(MessageState.Delivered), (await bed.SkipsAsync()).GetValueOrDefault(SkipReason.FrequencyCap));
    }

    private static Task<List<CapDay>> DaysAsync(TestHost host, string phone)
    {
        var hash = host.Services.GetRequiredService<CustomerAddresses>().Hash(ChannelKind.Sms, phone);
        return host.Database.ReadAsync((db, token) => db.Set<CapDay>().Where(row => db.Customers.Any(customer => customer.CustomerNo == row.CustomerNo && customer.PhoneHash == hash)).OrderBy(row => row.Day).ToListAsync(token), Token);
    }

    private static int Of(CapDay day, ChannelKind kind) => new ChannelBytes(day.ByChannel).Of(LedgerChannel.Of(kind));

    private static async Task PublishAsync(HttpClient first, HttpClient second, string from, object value)
    {
        using var entered = await first.PostAsJsonAsync(Rules, new { name = "marketing", from, source = "house rule 3", value }, Token);
        Assert.True(entered.IsSuccessStatusCode, await entered.Content.ReadAsStringAsync(Token));
        var id = (await entered.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetGuid();
        using var published = await second.PostAsync($"{Rules}/{id}/publication", null, Token);
        Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Token));
    }
}
