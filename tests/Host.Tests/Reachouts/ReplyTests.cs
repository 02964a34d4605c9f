using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class ReplyTests
{
    private const string American = "+12025550143", Chinese = "+8613800138000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task STOP_is_confirmed_once_and_START_gives_the_consent_back_with_its_evidence(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var reply = await BeginAsync(host, simulator);

        await reply(American, "STOP", "mo-1");
        await reply(American, "STOP", "mo-1");   // the provider repeats itself
        await reply(American, "Stop!", "mo-2");   // and so does the customer
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Accepted]), "one confirmation is out");
        await Eventually.HoldsAsync(() => IsAppliedAsync(host), "all replies are applied");
        var sent = Assert.Single(simulator.Simulation.Log.Entries);
        Assert.Equal((American, "Heguang CF: You have been unsubscribed and will get no more marketing messages from us. Reply START to subscribe again."), (sent.To, sent.Text));
        Assert.False(await ConsentedAsync(host, 1));

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await reply(American, "START", "mo-3");
        await Eventually.HoldsAsync(() => ConsentedAsync(host, 1), "the consent is back");
        var latest = await host.Database.ReadAsync((db, token) => db.Consents.Where(row => row.CustomerNo == 1).OrderByDescending(row => row.At).FirstAsync(token), Token);
        Assert.Equal(("reply", "mo-3", true), (latest.Source, latest.Evidence, latest.Granted));

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await reply(American, "STOP", "mo-4");
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Accepted, ConfirmationState.Accepted]), "a new refusal is confirmed anew");
        Assert.Equal(2, simulator.Simulation.Log.Summary().Accepted);
        Assert.False(await host.Database.ReadAsync((db, token) => db.OptOutConfirmations.AnyAsync(row => row.Address != null, token), Token));   // what is over keeps no address
        var chain = await host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == "replies").OrderBy(row => row.Seq).Select(row => row.Type).ToListAsync(token), Token);
        Assert.Equal(["opt-out-confirmation", "consent-given-back", "opt-out-confirmation"], chain);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Where_no_rule_asks_for_it_nothing_is_confirmed_and_a_word_gives_no_consent(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var reply = await BeginAsync(host, simulator);

        await reply(Chinese, "TD", "mo-1");
        await Eventually.HoldsAsync(async () => !await ConsentedAsync(host, 2), "the opt-out holds");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await reply(Chinese, "恢复", "mo-2");
        await reply("+12025550199", "START", "mo-3");   // never consented before
        await reply("+12025550100", "STOP", "mo-4");   // nobody's number
        await Eventually.HoldsAsync(() => IsAppliedAsync(host), "all replies are applied");

        Assert.False(await ConsentedAsync(host, 2));
        Assert.False(await ConsentedAsync(host, 3));
        Assert.Empty(await ConfirmationsAsync(host));
        Assert.Empty(simulator.Simulation.Log.Entries);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_held_confirmation_waits_and_expires_after_its_minutes(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var reply = await BeginAsync(host, simulator);
        using var officer = await host.SignInAsync("chen", Role.Compliance);
        (await officer.PostAsJsonAsync("/api/v1/holds", new HoldRequest("channel:sms", "wrong text"), Token)).EnsureSuccessStatusCode();

        await reply(American, "STOP", "mo-1");
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Waiting]), "it waits");
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(10));   // it is looked at again every few seconds of the business clock
                return (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Expired]);
            },
            "its time is over");
        Assert.Empty(simulator.Simulation.Log.Entries);
        var listed = (await officer.GetFromJsonAsync<JsonElement>("/api/v1/opt-out-confirmations", Token))[0];
        Assert.Equal(("expired", "mo-1"), (listed.GetProperty("state").GetString(), listed.GetProperty("replyRef").GetString()));
        Assert.DoesNotContain(American, listed.GetRawText(), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_confirmation_that_may_have_left_is_never_sent_again_and_one_that_did_not_is(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var reply = await BeginAsync(host, simulator);

        simulator.Simulation.Faults.Force(Fault.CloseAfterAccept);
        await reply(American, "STOP", "mo-1");
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Unknown]), "nobody knows");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, simulator.Simulation.Log.Summary().Accepted);

        await reply(American, "START", "mo-2");
        await Eventually.HoldsAsync(() => ConsentedAsync(host, 1), "the consent is back");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        simulator.Simulation.Faults.Force(Fault.Throttled);
        await reply(American, "STOP", "mo-3");
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(2));
                return (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Unknown, ConfirmationState.Accepted]);
            },
            "after the throttling it leaves");
        Assert.Equal(2, simulator.Simulation.Log.Summary().Accepted);
        Assert.Empty(simulator.Simulation.Log.Summary().DuplicateIds);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_for_the_provider_goes_before_one_for_the_country_and_a_confirmation_that_advertises_is_refused(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var reply = await BeginAsync(host, simulator);
        using var officer = await host.SignInAsync("chen", Role.Compliance);
        using var risk = await host.SignInAsync("zhou", Role.Risk);
        const string Rules = "/api/v1/dated-rules/reply-rules";
        object Rule(object value) => new { name = "gateway", from = "2026-11-01", source = "the gateway confirms by itself", value };
        using var advertising = await officer.PostAsJsonAsync(Rules, Rule(new { channel = "sms", confirm = true, texts = new { en = "Come back: https://example.com" } }), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, advertising.StatusCode);
        using var made = await officer.PostAsJsonAsync(Rules, Rule(new { channel = "sms", provider = "http-gateway", confirm = false }), Token);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        (await risk.PostAsync($"{Rules}/{id}/publication", null, Token)).EnsureSuccessStatusCode();

        await reply(American, "STOP", "mo-1");
        await Eventually.HoldsAsync(async () => !await ConsentedAsync(host, 1), "the opt-out holds");
        await Eventually.HoldsAsync(() => IsAppliedAsync(host), "the reply is applied");
        Assert.Empty(await ConfirmationsAsync(host));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_provider_that_forbids_it_gets_no_confirmation(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var reply = await BeginAsync(host, simulator);
        using var officer = await host.SignInAsync("chen", Role.Compliance);
        using var risk = await host.SignInAsync("zhou", Role.Risk);
        const string Rules = "/api/v1/dated-rules/provider-policy";
        using var made = await officer.PostAsJsonAsync(Rules, new { name = "gateway-america", from = "2026-11-01", source = "letter of the carrier", value = new { provider = "http-gateway", addressPrefix = "+1", reasonEn = "No messages to America.", reasonZh = "不发往美国。" } }, Token);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        (await risk.PostAsync($"{Rules}/{id}/publication", null, Token)).EnsureSuccessStatusCode();

        await reply(American, "STOP", "mo-1");
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Skipped]), "it is skipped");
        Assert.Empty(simulator.Simulation.Log.Entries);
    }

    /// <summary>Customers 1 (American, consented), 2 (Chinese, consented) and 3 (American, never asked).</summary>
    /// <returns>Brings a reply in through the account's callback address.</returns>
    private static async Task<Func<string, string, string, Task>> BeginAsync(TestHost host, SimulatorHost simulator)
    {
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        string[] phones = [American, Chinese, "+12025550199"];
        await bed.AddCustomersAsync(3, (i, customer) =>
        {
            customer.Phone = addresses.Seal(customer.ExternalId, ChannelKind.Sms, phones[i - 1]);
            customer.PhoneHash = addresses.Hash(ChannelKind.Sms, phones[i - 1]);
            customer.Language = i == 2 ? "zh-CN" : "en";
            customer.ConsentBits = 0;
        });
        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                for (var customer = 1; customer <= 2; customer++)
                    await host.Services.GetRequiredService<Consents>().RecordAsync(tx, customer, new ConsentStatement(ChannelKind.Sms, Purpose.Marketing, true, "app", host.Clock.GetUtcNow().AddDays(-30)), Actor.System, token);
            },
            Token);
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks.Clear();
        var callback = new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account)).PathAndQuery;
        return async (from, text, id) =>
        {
            using var provider = host.Anonymous();
            using var content = new StringContent($$"""{"replies":[{"from":"{{from}}","text":"{{text}}","moId":"{{id}}"}]}""", Encoding.UTF8, "application/json");
            using var answer = await provider.PostAsync(callback, content, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        };
    }

    private static Task<bool> ConsentedAsync(TestHost host, long customer) =>
        host.Database.ReadAsync(async (db, token) => new ConsentSet(await db.Customers.Where(row => row.CustomerNo == customer).Select(row => row.ConsentBits).SingleAsync(token)).Has(ChannelKind.Sms, Purpose.Marketing), Token);

    private static Task<bool> IsAppliedAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.ReceiptInbox.AllAsync(row => row.State == InboxState.Applied, token), Token);

    private static Task<List<ConfirmationState>> ConfirmationsAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.OptOutConfirmations.OrderBy(row => row.Id).Select(row => row.State).ToListAsync(token), Token);
}
