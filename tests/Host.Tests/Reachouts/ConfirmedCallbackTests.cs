using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>From a provider's webhook to the confirmation that leaves through the same account: Twilio signs, the gateway is known by its address and ours.</summary>
public sealed class ConfirmedCallbackTests
{
    private const string American = "+12025550143", Chinese = "+8613800138000";
    private const string TwilioToken = "simulated-auth-token";
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_signed_STOP_withdraws_the_marketing_consent_of_its_channel_and_is_confirmed_once(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await AddCustomersAsync(host);
        var url = await AddAccountAsync(host, simulator, "twilio");

        // Not signed, signed with another token, signed for another body: nothing happens, whatever it says.
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(host, url, Form(American, "STOP", "SM1"), null));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(host, url, Form(American, "STOP", "SM1"), Sign(url, Form(American, "STOP", "SM1"), "another-token")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(host, url, Form(American, "STOP", "SM1"), Sign(url, Form(American, "hello", "SM1"), TwilioToken)));
        Assert.Equal(0, await host.Database.ReadAsync((db, token) => db.ReceiptInbox.CountAsync(token), Token));
        Assert.Equal((true, true), await ConsentsAsync(host, 1));

        // A webhook that comes three times is one reply, and another word of the same person changes nothing more.
        for (var time = 0; time < 3; time++)
            Assert.Equal(HttpStatusCode.OK, await PostSignedAsync(host, url, Form(American, "STOP", "SM1")));
        Assert.Equal(HttpStatusCode.OK, await PostSignedAsync(host, url, Form(American, "退订", "SM2")));
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Accepted]) && await IsAppliedAsync(host), "one confirmation is out");
        var sent = Assert.Single(simulator.Simulation.Log.Entries);
        Assert.Equal((American, "Heguang CF: You have been unsubscribed and will get no more marketing messages from us. Reply START to subscribe again."), (sent.To, sent.Text));
        Assert.Equal((false, true), await ConsentsAsync(host, 1));   // servicing is another purpose

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await PostSignedAsync(host, url, Form(American, "START", "SM3")));
        await Eventually.HoldsAsync(async () => (await ConsentsAsync(host, 1)).Marketing, "where the rule allows it, START gives back what there was");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_signed_refusal_from_where_the_law_wants_no_confirmation_holds_and_START_gives_nothing_back(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await AddCustomersAsync(host);
        var url = await AddAccountAsync(host, simulator, "twilio");

        Assert.Equal(HttpStatusCode.OK, await PostSignedAsync(host, url, Form(Chinese, "退订", "SM1")));
        await Eventually.HoldsAsync(async () => !(await ConsentsAsync(host, 2)).Marketing, "the refusal holds");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await PostSignedAsync(host, url, Form(Chinese, "START", "SM2")));
        await Eventually.HoldsAsync(() => IsAppliedAsync(host), "both replies are applied");

        Assert.Equal((false, true), await ConsentsAsync(host, 2));
        Assert.Empty(await ConfirmationsAsync(host));
        Assert.Empty(simulator.Simulation.Log.Entries);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_reply_that_nobody_signs_counts_from_the_secret_address_and_an_allowed_network_only(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await AddCustomersAsync(host);
        var elsewhere = await AddAccountAsync(host, simulator, "http-gateway", "elsewhere", "203.0.113.0/24");
        var here = await AddAccountAsync(host, simulator, "http-gateway", "here", "127.0.0.0/8");
        var stop = Json($$"""{"replies":[{"from":"{{American}}","text":"STOP","moId":"mo-1"}]}""");

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(host, elsewhere, stop(), null));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(host, new Uri(here.AbsoluteUri[..^4] + "zzzz"), stop(), null));
        Assert.Equal((0, (true, true)), (await host.Database.ReadAsync((db, token) => db.ReceiptInbox.CountAsync(token), Token), await ConsentsAsync(host, 1)));

        for (var time = 0; time < 2; time++)
            Assert.Equal(HttpStatusCode.OK, await PostAsync(host, here, stop(), null));
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)).SequenceEqual([ConfirmationState.Accepted]) && await IsAppliedAsync(host), "one confirmation is out");
        Assert.Equal(American, Assert.Single(simulator.Simulation.Log.Entries).To);
        Assert.Equal((false, true), await ConsentsAsync(host, 1));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_confirmation_leaves_after_the_last_of_the_budget_and_its_cost_is_the_account_s_and_the_campaign_s(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        await bed.AddCustomersAsync(1, (_, customer) => (customer.Phone, customer.PhoneHash) = (addresses.Seal(customer.ExternalId, ChannelKind.Sms, American), addresses.Hash(ChannelKind.Sms, American)));
        var account = await bed.AddGatewayAsync(simulator, price: 0.05m);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten) with { Budget = new Budget { Messages = 0.05m } });
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).Where(state => state.Key is MessageState.Accepted or MessageState.Delivered).Sum(state => state.Value) == 1, "the one message that the budget pays is out");

        var url = new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, url, Json($$"""{"replies":[{"from":"{{American}}","text":"STOP","moId":"mo-1"}]}""")(), null));
        await Eventually.HoldsAsync(async () => (await ConfirmationsAsync(host)) is [ConfirmationState.Accepted or ConfirmationState.Delivered], "the confirmation is out though nothing is left");

        var budgets = await QuestionEndpoints.BudgetsAsync(bed.CampaignId, host.Database, Token);
        var whole = Assert.Single(budgets, budget => budget is { Name: MessageBudget.Whole, IsConfirmations: false });
        Assert.Equal((0.05m, 0m), (whole.Spent, whole.Left));
        Assert.Equal((0.05m, (decimal?)null), Assert.Single(budgets, budget => budget.IsConfirmations) is var line ? (line.Spent, line.Left) : default);
        using var officer = await host.SignInAsync("chen", Role.Compliance);
        var costs = await officer.GetFromJsonAsync<List<ConfirmationCost>>("/api/v1/opt-out-confirmations/costs", JsonDefaults.Options, Token);
        Assert.Equal([new ConfirmationCost(account.No, "gateway", 1, 0.05m, 0m)], costs);
        var listed = Assert.Single(await officer.GetFromJsonAsync<List<JsonElement>>($"/api/v1/opt-out-confirmations?campaign={bed.CampaignId}", Token) ?? []);
        Assert.Equal(("K0000001", "Member Day", 0.05m), (listed.GetProperty("customer").GetString(), listed.GetProperty("campaign").GetString(), listed.GetProperty("cost").GetDecimal()));
        Assert.Empty(await officer.GetFromJsonAsync<List<JsonElement>>("/api/v1/opt-out-confirmations?state=expired", Token) ?? []);
        var figures = await host.Database.ReadAsync((db, token) => CampaignFigureReader.NumbersAsync(db, bed.CampaignId, token), Token);
        Assert.Equal(100_000, figures.MessageCost);
    }

    /// <summary>1 is American, 2 Chinese; both consented to marketing and servicing by text message.</summary>
    private static async Task AddCustomersAsync(TestHost host)
    {
        var addresses = host.Services.GetRequiredService<CustomerAddresses>();
        string[] phones = [American, Chinese];
        await new ReachoutBed(host.Services).AddCustomersAsync(2, (i, customer) =>
        {
            customer.Phone = addresses.Seal(customer.ExternalId, ChannelKind.Sms, phones[i - 1]);
            customer.PhoneHash = addresses.Hash(ChannelKind.Sms, phones[i - 1]);
            customer.Language = i == 1 ? "en" : "zh-CN";
            customer.ConsentBits = 0;
        });
        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                for (var customer = 1; customer <= phones.Length; customer++)
                {
                    foreach (var purpose in Purposes.All)
                        await host.Services.GetRequiredService<Consents>().RecordAsync(tx, customer, new ConsentStatement(ChannelKind.Sms, purpose, true, "app", host.Clock.GetUtcNow().AddDays(-30)), Actor.System, token);
                }
            },
            Token);
    }

    /// <returns>The address that the provider calls.</returns>
    private static async Task<Uri> AddAccountAsync(TestHost host, SimulatorHost simulator, string provider, string? name = null, string? allowed = null)
    {
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        var settings = JsonNode.Parse(simulator.SettingsFor(provider))!.AsObject();
        if (allowed is not null)
            settings["callback"]!.AsObject()["allowedAddresses"] = new JsonArray(allowed);
        var account = (await accounts.CreateAsync(new AccountCommand(name ?? provider, provider, JsonSerializer.SerializeToElement(settings)) { SignatureZh = "【禾光消费金融】", SignatureEn = "Heguang CF:" }, ReachoutBed.Owner, Token)).Value;
        _ = (await accounts.RequestLiveAsync(account.Id, ReachoutBed.Owner, Token)).Value;
        return new Uri(accounts.CallbackUrl((await accounts.ApproveLiveAsync(account.Id, ReachoutBed.Second, Token)).Value));
    }

    private static Dictionary<string, string> Form(string from, string text, string id) => new() { ["MessageSid"] = id, ["From"] = from, ["To"] = "+15005550006", ["Body"] = text, ["NumMedia"] = "0" };

    private static Task<HttpStatusCode> PostSignedAsync(TestHost host, Uri url, Dictionary<string, string> form) => PostAsync(host, url, form, Sign(url, form, TwilioToken));

    private static async Task<HttpStatusCode> PostAsync(TestHost host, Uri url, Dictionary<string, string> form, string? signature) => await PostAsync(host, url, new FormUrlEncodedContent(form), signature);

    private static async Task<HttpStatusCode> PostAsync(TestHost host, Uri url, HttpContent body, string? signature)
    {
        using var provider = host.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, url.PathAndQuery) { Content = body };
        if (signature is not null)
            request.Headers.Add("X-Twilio-Signature", signature);
        using var answer = await provider.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static Func<HttpContent> Json(string body) => () => new StringContent(body, Encoding.UTF8, "application/json");

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1; the wire contract is theirs.
    private static string Sign(Uri url, Dictionary<string, string> form, string token) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(url.AbsoluteUri + string.Concat(form.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value)))));
#pragma warning restore CA5350

    private static Task<(bool Marketing, bool Servicing)> ConsentsAsync(TestHost host, long customer) =>
        host.Database.ReadAsync(
            async (db, token) => new ConsentSet(await db.Customers.Where(row => row.CustomerNo == customer).Select(row => row.ConsentBits).SingleAsync(token)) is var bits
                ? (bits.Has(ChannelKind.Sms, Purpose.Marketing), bits.Has(ChannelKind.Sms, Purpose.Servicing)) : default, Token);

    private static Task<bool> IsAppliedAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.ReceiptInbox.AllAsync(row => row.State == InboxState.Applied, token), Token);

    private static Task<List<ConfirmationState>> ConfirmationsAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.OptOutConfirmations.OrderBy(row => row.Id).Select(row => row.State).ToListAsync(token), Token);
}
