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
    public async Task A_week_of_the_calendar_begins_on_Monday_and_a_month_on_its_first(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator);
        var limits = new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null, PerCustomerPerWeek = 2, PerCustomerPerMonth = 3 };

        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten, limits));                          // Tuesday, 24 November
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(1), limits));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(5), limits));               // Sunday: two this week
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(6), limits));               // Monday, the 30th: the third of the month
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(6).AddHours(1), limits));   // a second one that day
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(7), limits));               // 1 December, the second of the week
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(7).AddHours(1), limits));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(13), limits));              // Monday, the 7th
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(13).AddHours(1), limits));  // the third of December
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(27), limits));              // Monday, the 21st: another week, the same month
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_channel_has_its_own_limit_for_a_calendar_week_and_month(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = await BedAsync(host, simulator);
        var weekly = new Limits { PerCustomerPerDay = null, PerCustomerPer30Days = null, Channels = [new ChannelLimit("sms") { PerCustomerPerWeek = 1 }] };
        var monthly = weekly with { Channels = [new ChannelLimit("sms") { PerCustomerPerMonth = 2 }, new ChannelLimit("push") { PerCustomerPerMonth = 0 }] };

        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten, weekly));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddHours(1), weekly));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddHours(2), weekly, "push"));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(1), weekly));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(6), weekly));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(6).AddHours(1), monthly));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(6).AddHours(2), monthly, "push"));
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(7), monthly));
    }

    [Fact]
    public void Weeks_and_months_of_the_calendar_are_counted_from_their_first_day()
    {
        var day = new DateOnly(2028, 3, 1).DayNumber;   // a Wednesday after a leap day

        Assert.Equal((new DateOnly(2028, 2, 28), new DateOnly(2028, 3, 1), new DateOnly(2028, 2, 1)), (DateOnly.FromDayNumber(CapWindow.Week(day)), DateOnly.FromDayNumber(CapWindow.Month(day)), DateOnly.FromDayNumber(CapWindow.Month(day - 1))));
        Assert.Equal(DayOfWeek.Monday, DateOnly.FromDayNumber(CapWindow.Week(day)).DayOfWeek);
        Assert.Equal(day, CapWindow.Week(day) + 2);
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

        await PublishAsync(head, officer, "2026-11-30", new { perCustomerPerWeek = 1 });
        Assert.Equal((Customers, 0), await SendAsync(host, bed, Ten.AddDays(6), none));
        Assert.Equal((0, Customers), await SendAsync(host, bed, Ten.AddDays(8), none));
        Assert.Contains("1/1 this week", await officer.GetStringAsync($"/api/v1/campaigns/{bed.CampaignId}/why-not?customer=K0000001", Token), StringComparison.Ordinal);
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
                value = new { perCustomerPerDay = -1, channels = new object[] { new { channel = "sms", perCustomerPerDay = 255 }, new { channel = "sms", perCustomerPer30Days = -1 }, new { channel = "fax" }, null!, new { channel = "push", perCustomerPerWeek = 300 } }, perCustomerPerMonth = -1 },
            },
            Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        var fields = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(problem => problem.GetProperty("field").GetString());
        Assert.Equal(["name", "value.perCustomerPerDay", "value.perCustomerPerMonth", "value.channels[0].perCustomerPerDay", "value.channels[1].channel", "value.channels[1].perCustomerPer30Days", "value.channels[2].channel", "value.channels[3].channel", "value.channels[4].perCustomerPerWeek"], fields);
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
