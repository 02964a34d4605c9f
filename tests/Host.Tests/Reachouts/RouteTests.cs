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

/// <summary>Several accounts of one kind side by side: which of them a message goes through.</summary>
public sealed class RouteTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static readonly string[] Servicing = ["servicing"], NoPrefix = ["86"], Mainland = ["+86"], Abroad = ["+852", "+1"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_longest_prefix_comes_first_then_who_names_the_purpose_then_the_default_each_by_its_order()
    {
        var route = new ChannelRoute(ChannelKind.Sms, Purpose.Servicing, [
            Account(1) with { IsDefault = true },
            Account(2) with { Purposes = [Purpose.Servicing], Order = 5 },
            Account(3) with { Purposes = [Purpose.Servicing] },
            Account(4) with { Purposes = [Purpose.Marketing] },
            Account(5) with { Prefixes = ["+86"] },
            Account(6) with { Prefixes = ["+852", "+86138"] }]);

        Assert.Equal([6, 5, 3, 2, 1], Numbers(route.For("+8613800000001")));
        Assert.Equal([6, 3, 2, 1], Numbers(route.For("+85291234567")));
        Assert.Equal([3, 2, 1], Numbers(route.For("+14155550100")));
        Assert.Equal([3, 2, 1], Numbers(route.For((string?)null)));
    }

    [Fact]
    public void An_account_in_the_sandbox_counts_only_where_no_live_one_fits()
    {
        var route = new ChannelRoute(ChannelKind.Sms, Purpose.Marketing, [
            Account(1) with { Prefixes = ["+86"] },
            Account(2) with { Prefixes = ["+8613"], IsLive = false },
            Account(3) with { Prefixes = ["+852"], IsLive = false }]);

        Assert.Equal([1], Numbers(route.For("+8613800000001")));
        Assert.Equal([3], Numbers(route.For("+85291234567")));
        Assert.Empty(route.For("+14155550100"));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Each_number_goes_through_its_own_account_at_its_own_price_and_what_the_provider_forbids_through_the_next(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var mainland = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var abroad = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddCustomersAsync(host, bed, 6, Purpose.Marketing, i => i > 4 ? $"+8529123456{i}" : null);
        var home = await bed.AddGatewayAsync(mainland, price: 0.05m);
        var hongKong = await AddAsync(host, abroad, "hong-kong", "http-gateway", command => command with { Prefixes = ["+852"], Price = 0.30m });
        // Loans by Twilio to the mainland are forbidden; an account nobody agreed to must not swallow anything.
        var forbidden = await AddAsync(host, abroad, "twilio", "twilio", command => command with { Prefixes = ["+86"] });
        _ = await AddAsync(host, abroad, "new one", "http-gateway", command => command with { Prefixes = ["+8613", "+8529"] }, isLive: false);
        var brief = ReachoutBed.Brief(Ten);
        brief = brief with { Product = brief.Product with { Category = "loan" }, Audience = brief.Audience with { HoldoutPercent = 0 } };
        await bed.LaunchAsync(brief);
        var forecast = (await host.Services.GetRequiredService<ReachForecast>().ForAsync(brief, bed.CampaignId, Token)).Value;

        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "all is out");

        Assert.Equal([home.No, home.No, home.No, home.No, hongKong.No, hongKong.No], (await bed.MessagesAsync()).Select(row => row.AccountNo));
        Assert.Equal(4, mainland.Simulation.Log.Summary().Accepted);
        Assert.Equal(["+85291234565", "+85291234566"], abroad.Simulation.Log.Entries.Where(entry => entry.Accepted).Select(entry => entry.To).Order());
        Assert.Equal((4 * 0.05m) + (2 * 0.30m), forecast.Cost);
        var line = (await host.Services.GetRequiredService<WhyNot>().AskAsync(bed.CampaignId, "K0000001", Token)).Value.Single();
        Assert.Equal([("twilio: twilio-cn-finance", SkipReason.ProviderPolicy), ("gateway", SkipReason.None)], line.Checks.Where(check => check.Check == "account").Select(check => (check.Detail!, check.Reason)));
        Assert.Equal("gateway", line.Checks.Single(check => check.Check == "channel").Detail);
        Assert.NotEqual(0, forbidden.No);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Notices_go_through_their_own_account_and_wait_for_it_when_it_is_held(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var marketing = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var notices = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddCustomersAsync(host, bed, 5, Purpose.Servicing);
        await bed.AddGatewayAsync(marketing);
        var brief = ReachoutBed.Brief(Ten);
        await bed.LaunchAsync(brief with { Phases = [brief.Phases[0] with { Purpose = "servicing" }] });
        // Also one that came after the reach-out was scheduled.
        var account = await AddAsync(host, notices, "notices", "http-gateway", command => command with { Purposes = [Purpose.Servicing] });
        var scope = ControlScope.Account(account.No);
        _ = (await bed.Controls.HoldAsync(scope, "wrong signature", ReachoutBed.Officer, Token)).Value;

        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Planned) == 5, "the messages wait");
        await Task.Delay(1_200, Token);   // a wait is the point: nothing may happen in it
        Assert.Equal((0, 0), (marketing.Simulation.Log.Summary().Accepted, notices.Simulation.Log.Summary().Accepted));

        _ = (await bed.Controls.LiftAsync(scope, "put right", ReachoutBed.Second, Token)).Value;
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "all is out");
        Assert.Equal((0, 5), (marketing.Simulation.Log.Summary().Accepted, notices.Simulation.Log.Summary().Accepted));
        Assert.All(await bed.MessagesAsync(), row => Assert.Equal(account.No, row.AccountNo));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_package_names_every_account_and_a_provider_forbids_only_what_no_other_account_may_send(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var brief = ReachoutBed.Brief(Ten);
        brief = brief with { Product = brief.Product with { Category = "loan" } };
        _ = await AddAsync(host, simulator, "abroad", "twilio", command => command with { IsDefault = true });
        var (alone, _) = await FactsAsync(host, brief);
        Assert.Single((List<string>)alone[CampaignFacts.ProviderForbids]!);

        _ = await AddAsync(host, simulator, "mainland", "http-gateway", command => command with { Prefixes = ["+86"], SignatureZh = "【禾光】" });
        _ = await AddAsync(host, simulator, "notices", "http-gateway", command => command with { Purposes = [Purpose.Servicing] });

        var (facts, package) = await FactsAsync(host, brief);
        Assert.Empty((List<string>)facts[CampaignFacts.ProviderForbids]!);
        var accounts = JsonSerializer.SerializeToElement(package["sms"], JsonSerializerOptions.Web);
        Assert.Equal(["abroad", "mainland"], accounts.EnumerateArray().Select(account => account.GetProperty("name").GetString()!));
        Assert.Equal("+86", accounts[1].GetProperty("prefixes")[0].GetString());
    }

    [Fact]
    public async Task What_an_account_serves_is_checked_and_the_default_stays_the_default()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        var settings = JsonDocument.Parse(simulator.SettingsFor("http-gateway")).RootElement;
        Task<HttpResponseMessage> CreateAsync(object body) => platform.PostAsJsonAsync("/api/v1/channel-accounts", body, Token);
        using var first = await CreateAsync(new { name = "home", provider = "http-gateway", settings });
        using var both = await CreateAsync(new { name = "both", provider = "http-gateway", settings, isDefault = true, purposes = Servicing });
        using var bad = await CreateAsync(new { name = "bad", provider = "http-gateway", settings, prefixes = NoPrefix, order = -1 });
        using var push = await CreateAsync(new { name = "push", provider = "jpush", settings = JsonDocument.Parse(simulator.SettingsFor("jpush")).RootElement, prefixes = Mainland });
        using var second = await CreateAsync(new { name = "abroad", provider = "http-gateway", settings, prefixes = Abroad, purposes = Servicing, order = 2 });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, second.StatusCode));
        Assert.Equal(["isDefault"], await FieldsAsync(both));
        Assert.Equal(["order", "prefixes"], await FieldsAsync(bad));
        Assert.Equal(["prefixes"], await FieldsAsync(push));
        var list = await platform.GetFromJsonAsync<JsonElement>("/api/v1/channel-accounts", Token);
        Assert.Equal([("home", true), ("abroad", false)], list.EnumerateArray().Select(account => (account.GetProperty("name").GetString()!, account.GetProperty("isDefault").GetBoolean())));
        Assert.Equal("""["servicing"] ["\u002B852","\u002B1"] 2 True""", $"{JsonSerializer.Serialize(list[1].GetProperty("purposes"))} {JsonSerializer.Serialize(list[1].GetProperty("prefixes"))} {list[1].GetProperty("order")} {list[1].GetProperty("isInUse")}");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Accounts_of_a_group_take_their_places_from_one_rate(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await AddCustomersAsync(host, bed, 20, Purpose.Marketing, i => i % 2 == 0 ? $"+8529123456{i:D2}" : null);
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        var first = await AddAsync(host, simulator, "home", "http-gateway", command => command with { IsDefault = true, Rate = 50, RateGroup = "login 7" });
        var second = await AddAsync(host, simulator, "abroad", "http-gateway", command => command with { Prefixes = ["+852"], RateGroup = "login 7" });
        var other = await AddAsync(host, simulator, "other", "http-gateway", command => command with { Purposes = [Purpose.Servicing], Rate = 9 });
        Assert.Equal((50d, first.No, first.No, other.No), (second.Rate, second.RateNo, first.RateNo, other.RateNo));

        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "all is out");

        Assert.Equal(20, simulator.Simulation.Log.Summary().Accepted);
        Assert.Equal([first.No, second.No], (await bed.MessagesAsync()).Select(row => row.AccountNo).Distinct().Order());
        Assert.Equal([first.No], await host.Database.ReadAsync((db, token) => db.Set<AccountRate>().Select(row => row.AccountNo).Distinct().ToListAsync(token), Token));

        // One rate for all; who leaves has one of its own again.
        using var settings = JsonDocument.Parse(simulator.SettingsFor("http-gateway"));
        async Task<ChannelAccount> NowAsync(ChannelAccount account) => (await accounts.FindAsync(account.Id, Token))!;
        second = (await accounts.ChangeAsync(second.Id, (await NowAsync(second)).Version, new AccountCommand("abroad", "http-gateway", settings.RootElement) { Prefixes = ["+852"], RateGroup = "login 7", Rate = 30 }, ReachoutBed.Owner, Token)).Value;
        Assert.Equal((30d, 9d), ((await NowAsync(first)).Rate, (await NowAsync(other)).Rate));
        second = (await accounts.ChangeAsync(second.Id, second.Version, new AccountCommand("abroad", "http-gateway", settings.RootElement) { Prefixes = ["+852"], Rate = 8 }, ReachoutBed.Owner, Token)).Value;
        Assert.Equal((8d, second.No, 30d), (second.Rate, second.RateNo, (await NowAsync(first)).Rate));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_phase_names_the_account_for_work_by_hand_and_without_a_name_the_default_takes_it(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3);
        var branch = await AddManualAsync(host, "branch", isDefault: true);
        var banner = await AddManualAsync(host, "banner", isDefault: false);
        var brief = ReachoutBed.Brief(Ten);
        var phase = brief.Phases[0] with { Channels = ["manual"], Texts = [new MessageText { Channel = "manual", Language = "zh-CN", Body = "{{sig}}会员日{{start}}开始。{{rate}}" }] };
        brief = brief with { Phases = [phase, phase with { Key = "second", Name = "Second", ManualAccount = "banner" }] };
        var missing = await host.Database.ReadAsync((db, token) => ReachoutAccounts.MissingAsync(db, brief with { Phases = [phase with { ManualAccount = "offline" }] }, token), Token);
        Assert.Equal([("Burst", "offline")], missing);
        var (_, package) = await FactsAsync(host, brief);
        Assert.Equal(["branch", "banner"], JsonSerializer.SerializeToElement(package["manual"], JsonSerializerOptions.Web).EnumerateArray().Select(account => account.GetProperty("name").GetString()!));

        await bed.LaunchAsync(brief);
        host.Clock.AdvanceTo(Ten.AddMinutes(1));
        await Eventually.HoldsAsync(async () => (await bed.Ledger.ReachoutsAsync(bed.CampaignId, Token)).All(row => row.State == ReachoutState.Completed), "both are out");

        var used = await host.Database.ReadAsync(
            (db, token) => db.Messages.Join(db.Occurrences, row => row.OccurrenceId, row => row.Id, (row, occurrence) => new { row.AccountNo, occurrence.ReachoutId })
                .Join(db.Reachouts, row => row.ReachoutId, row => row.Id, (row, reachout) => new { reachout.Phase, row.AccountNo }).Distinct().OrderBy(row => row.AccountNo).ToListAsync(token), Token);
        Assert.Equal([("burst", branch.No), ("second", banner.No)], used.Select(row => (row.Phase, row.AccountNo)));
    }

    private static async Task<ChannelAccount> AddManualAsync(TestHost host, string place, bool isDefault)
    {
        using var settings = JsonDocument.Parse($$"""{"place":"{{place}}","role":"owner","instructions":"x","proof":"photo"}""");
        return (await host.Services.GetRequiredService<ChannelAccounts>().CreateAsync(new AccountCommand(place, "manual", settings.RootElement) { IsDefault = isDefault, SignatureZh = "【禾光消费金融】" }, ReachoutBed.Owner, Token)).Value;
    }

    private static async Task<IEnumerable<string>> FieldsAsync(HttpResponseMessage reply)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        return (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!).Order();
    }

    private static async Task<(Dictionary<string, object?> Facts, IReadOnlyDictionary<string, object?> Package)> FactsAsync(TestHost host, Brief brief)
    {
        var facts = new Dictionary<string, object?>();
        var package = await host.Database.ReadAsync(
            async (db, token) =>
            {
                await host.Services.GetServices<IFactSource>().OfType<ReachoutFacts>().Single().AddAsync(db, brief, facts, token);
                return await host.Services.GetRequiredService<IPackageAccounts>().ForAsync(db, brief, token);
            },
            Token);
        return (facts, package);
    }

    private static async Task<ChannelAccount> AddAsync(TestHost host, SimulatorHost simulator, string name, string provider, Func<AccountCommand, AccountCommand> shape, bool isLive = true)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor(provider));
        var account = (await accounts.CreateAsync(shape(new AccountCommand(name, provider, settings.RootElement) { SignatureZh = "【禾光消费金融】" }), ReachoutBed.Owner, Token)).Value;
        if (isLive)
        {
            _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
            account = (await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value;
        }
        simulator.Simulation.Callbacks[provider] = new Uri(accounts.CallbackUrl(account));
        return account;
    }

    private static Task AddCustomersAsync(TestHost host, ReachoutBed bed, int count, Purpose purpose, Func<int, string?>? phone = null)
    {
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        return bed.AddCustomersAsync(count, (i, customer) =>
        {
            customer.ConsentBits = new ConsentSet(0).With(ChannelKind.Sms, purpose, true).Bits;
            if (phone?.Invoke(i) is { } own)
                (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, own), addresses.Hash(ChannelKind.Sms, own));
        });
    }

    private static RouteAccount Account(int no) => new(no, "http-gateway", true, true, null) { IsDefault = false };

    private static IEnumerable<int> Numbers(IEnumerable<RouteAccount> accounts) => accounts.Select(account => account.No);
}
