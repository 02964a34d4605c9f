using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class LegalHoldTests
{
    private const string Holds = "/api/v1/legal-holds";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_a_hold_covers_outlives_its_month_and_is_found_in_history_and_export(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, customers: 40, term: new LedgerTerm(2));
        using var officer = await old.Host.SignInAsync("shen", Role.Compliance);
        var (customer, _) = await old.MessagedAsync();
        var before = await HistoryAsync(old, customer);
        await PlaceAsync(officer, new { customer, reason = "complaint to the regulator", reference = "2026-118" });
        Assert.Equal(2, (await old.GetAsync<JsonElement>("/api/v1/ledger/months/2026-07")).GetProperty("underLegalHold").GetInt32());

        await old.DropAsync("2026-07");

        var after = await HistoryAsync(old, customer);
        Assert.Equal(before.Select(line => line.GetProperty("messageId").GetString()), after.Select(line => line.GetProperty("messageId").GetString()));
        Assert.Equal(before.Select(line => line.GetProperty("state").GetString()), after.Select(line => line.GetProperty("state").GetString()));
        Assert.All(after, line => Assert.True(line.GetProperty("dropped").GetProperty("isKeptApart").GetBoolean()));
        var evidence = after[0].GetProperty("evidence").EnumerateArray().Select(row => row.GetString()!).ToList();
        Assert.Contains(evidence, piece => piece.StartsWith("address: ", StringComparison.Ordinal));
        Assert.Contains(evidence, piece => piece.StartsWith("https://app.example/day", StringComparison.Ordinal));
        var (texts, count, refs) = await old.Host.Database.ReadAsync(
            async (db, token) => (await db.HeldTexts.ToListAsync(token), await db.HeldMessages.CountAsync(token), await db.HeldEvidence.CountAsync(row => row.Kind == EvidenceKind.ProviderRef, token)), Token);
        Assert.Equal((2, 2, 2), (texts.Count, count, refs));   // the same text on two days
        Assert.All(texts, text => Assert.Contains("会员日", JsonDocument.Parse(text.Content).RootElement.GetProperty("body").GetString(), StringComparison.Ordinal));
        Assert.Equal(ReachoutBed.PackageHash, texts[0].PackageHash);

        using var owner = await old.Host.SignInAsync("lin", Role.Owner);
        var csv = (await owner.GetStringAsync($"/api/v1/campaigns/{old.Recurring.CampaignId}/ledger.csv", Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, csv.Length);
        Assert.All(csv.Skip(1), row => Assert.Contains(customer, row, StringComparison.Ordinal));
        var exported = (await owner.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{old.Recurring.CampaignId}/audit", Token)).EnumerateArray().Last(row => row.GetProperty("type").GetString() == "data-exported");
        Assert.Equal("2", exported.GetProperty("data").GetProperty("rows").GetString());
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Each_click_of_who_is_under_legal_hold_is_kept_and_told(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(2));
        var (customer, clicks) = await old.Host.Database.ReadAsync(
            async (db, token) =>
            {
                var link = await db.TrackedLinks.SingleAsync(row => row.Clicks > 0, token);
                return (await db.Customers.Where(row => row.CustomerNo == link.CustomerNo).Select(row => row.ExternalId).SingleAsync(token), await db.Set<LinkClick>().Where(row => row.LinkId == link.Id).OrderBy(row => row.Verdict).ToListAsync(token));
            },
            Token);
        Assert.Equal([ClickVerdict.Human, ClickVerdict.Scanner], clicks.Select(row => row.Verdict));
        await MonthDropTests.HoldAsync(old, customer);

        await old.DropAsync("2026-07");

        var evidence = (await HistoryAsync(old, customer)).SelectMany(line => line.GetProperty("evidence").EnumerateArray()).Select(row => row.GetString()).ToList();
        Assert.All(clicks, click => Assert.Contains($"click {click.At:O} {click.Verdict}", evidence));
        Assert.Equal(clicks.Count, evidence.Count(piece => piece!.StartsWith("click ", StringComparison.Ordinal)));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Receipts_and_replies_under_legal_hold_outlive_their_term_in_the_inbox(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        string? shared = null;
        await bed.AddCustomersAsync(3, (i, customer) => customer.PhoneHash = shared = i == 3 ? shared : customer.PhoneHash);   // 2 and 3 share a phone
        var account = await bed.AddGatewayAsync(simulator);
        simulator.Simulation.Callbacks["http-gateway"] = new Uri(host.Address, simulator.Simulation.Callbacks["http-gateway"].PathAndQuery);
        await bed.LaunchAsync(ReachoutBed.Brief(host.Clock.GetUtcNow()));
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Delivered) == 2, "both receipts are applied");
        using (var provider = host.Anonymous())
        using (var answer = await provider.PostAsJsonAsync(
            new Uri(host.Services.GetRequiredService<ChannelAccounts>().CallbackUrl(account)).PathAndQuery, new { replies = new[] { new { from = ReachoutBed.Phone(2), text = "谢谢,已收到", moId = "mo-1" } } }, Token))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.ReceiptInbox.AllAsync(row => row.State == InboxState.Applied, token), Token), "the reply is applied");
        using var officer = await host.SignInAsync("shen", Role.Compliance);
        using var second = await host.SignInAsync("wu", Role.Compliance);
        using var owner = await host.SignInAsync("lin", Role.Owner);
        var first = await PlaceAsync(officer, new { customer = "K0000001", campaign = bed.CampaignId.ToString(), reason = "complaint", reference = "C-1" });
        var third = await PlaceAsync(officer, new { customer = "K0000003", reason = "complaint", reference = "C-3" });

        host.Clock.Advance(TimeSpan.FromDays(32));
        await Eventually.HoldsAsync(() => host.Database.ReadAsync(async (db, token) => !await db.ReceiptInbox.AnyAsync(token), Token), "the term in the inbox is over", 60);

        var receipts = await officer.GetFromJsonAsync<JsonElement>($"{Holds}/{first}/receipts", Token);
        Assert.NotEqual(0, receipts.GetArrayLength());
        Assert.All(receipts.EnumerateArray(), row => Assert.Equal(("K0000001", "202611000001.1.0", false), (row.GetProperty("customer").GetString(), row.GetProperty("messageId").GetString(), row.GetProperty("isReply").GetBoolean())));
        var reply = Assert.Single((await officer.GetFromJsonAsync<JsonElement>($"{Holds}/{third}/receipts", Token)).EnumerateArray());
        Assert.Equal(("K0000003", true, "谢谢,已收到"), (reply.GetProperty("customer").GetString(), reply.GetProperty("isReply").GetBoolean(), reply.GetProperty("content").GetProperty("text").GetString()));
        var code = await host.Database.ReadAsync((db, token) => db.Campaigns.Select(row => row.Code).SingleAsync(token), Token);
        Assert.Equal(receipts.EnumerateArray().Select(row => (row.GetProperty("id").GetInt64(), (string?)"K0000001", (string?)"202611000001.1.0", (string?)code)).Reverse(), await LinesAsync(host, first));
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.GetAsync($"{Holds}/{third}/receipts", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"{Holds}/{Guid.NewGuid()}/receipts", Token)).StatusCode);
        Assert.Equal(2, await host.Database.ReadAsync((db, token) => db.AuditEvents.CountAsync(row => row.Chain == LegalHolds.Chain && row.Type == "data-exported", token), Token));

        (await second.PostAsJsonAsync($"{Holds}/{third}/lift", new { reason = "closed" }, Token)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => host.Database.ReadAsync(async (db, token) => !await db.HeldReceipts.AnyAsync(row => row.IsReply, token), Token), "what only that hold kept is gone");
        Assert.Equal(receipts.GetArrayLength(), await host.Database.ReadAsync((db, token) => db.HeldReceipts.CountAsync(token), Token));
    }

    /// <summary>The receipt names the confirmation, the confirmation its customer.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task The_receipt_of_an_opt_outs_confirmation_is_kept_with_the_customer_it_went_to(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(2);
        var account = await bed.AddGatewayAsync(simulator);
        var (now, ids) = (host.Clock.GetUtcNow(), new List<long>());
        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                var rows = Enumerable.Range(1, 2).Select(customer => new OptOutConfirmation
                {
                    AccountNo = account.No, CustomerNo = customer, ReplyRef = $"mo-{customer}", AddressMasked = "138****0009", AddressHash = "none", Language = "zh-CN", Text = "已为您退订。",
                    State = ConfirmationState.Accepted, RepliedAt = now, Latest = now.AddMinutes(5), ChangedAt = now,
                }).ToList();
                tx.Db.AddRange(rows);
                await tx.Db.SaveChangesAsync(token);
                ids.AddRange(rows.Select(row => row.Id));
            },
            Token);
        await host.Services.GetRequiredService<ReceiptInbox>().KeepAsync(account, new WebhookOutcome.Verified([.. ids.Select(id => new Receipt { MessageId = $"confirm.{id}", Status = ReceiptStatus.Delivered, Code = "DELIVRD" })], [], WebhookAnswer.Empty), Token);
        await Eventually.HoldsAsync(() => host.Database.ReadAsync((db, token) => db.OptOutConfirmations.AllAsync(row => row.State == ConfirmationState.Delivered, token), Token), "both receipts are applied");
        using var officer = await host.SignInAsync("shen", Role.Compliance);
        var hold = await PlaceAsync(officer, new { customer = "K0000002", reason = "says it was never confirmed", reference = "C-9" });

        host.Clock.Advance(TimeSpan.FromDays(32));
        await Eventually.HoldsAsync(() => host.Database.ReadAsync(async (db, token) => !await db.ReceiptInbox.AnyAsync(token), Token), "the term in the inbox is over", 60);

        var kept = Assert.Single((await officer.GetFromJsonAsync<JsonElement>($"{Holds}/{hold}/receipts", Token)).EnumerateArray());
        Assert.Equal(("K0000002", false, JsonValueKind.Null), (kept.GetProperty("customer").GetString(), kept.GetProperty("isReply").GetBoolean(), kept.GetProperty("messageId").ValueKind));
        Assert.Equal([(kept.GetProperty("id").GetInt64(), "K0000002", null, null)], await LinesAsync(host, hold));
        Assert.Equal(("DELIVRD", $"confirm.{ids[1]}"), (kept.GetProperty("content").GetProperty("code").GetString(), kept.GetProperty("content").GetProperty("messageId").GetString()));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_held_campaign_keeps_everybodys_until_another_person_lifts_it(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(2));
        using var officer = await old.Host.SignInAsync("shen", Role.Compliance);
        using var second = await old.Host.SignInAsync("wu", Role.Compliance);
        var (customer, _) = await old.MessagedAsync();
        var campaign = await PlaceAsync(officer, new { campaign = old.Recurring.CampaignId.ToString(), reason = "inquiry", reference = "Q-7" });
        await PlaceAsync(second, new { customer, campaign = old.Recurring.CampaignId.ToString(), reason = "complaint", reference = "Q-8" });
        var messages = (await old.MessagesAsync())[202607];

        await old.DropAsync("2026-07");
        Assert.Equal(messages, await HeldAsync(old));

        using var bySame = await officer.PostAsJsonAsync($"{Holds}/{campaign}/lift", new { reason = "closed" }, Token);
        Assert.Equal(HttpStatusCode.Forbidden, bySame.StatusCode);
        using var without = await second.PostAsJsonAsync($"{Holds}/{campaign}/lift", new { reason = "" }, Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.StatusCode);
        using var lifted = await second.PostAsJsonAsync($"{Holds}/{campaign}/lift", new { reason = "closed" }, Token);
        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        await Eventually.HoldsAsync(async () => await HeldAsync(old) == 2, "what only that hold kept is gone, what the other keeps is there");
        Assert.Equal(HttpStatusCode.Conflict, (await second.PostAsJsonAsync($"{Holds}/{campaign}/lift", new { reason = "closed" }, Token)).StatusCode);
        var chain = await old.Host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == LegalHolds.Chain).OrderBy(row => row.Seq).Select(row => row.Type).ToListAsync(token), Token);
        Assert.Equal(["legal-hold-placed", "legal-hold-placed", "legal-hold-lifted", "held-messages-released"], chain);
        var list = await old.GetAsync<JsonElement>(Holds);
        Assert.Equal(["Q-8", "Q-7"], list.EnumerateArray().Select(row => row.GetProperty("reference").GetString()));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Nobody_under_legal_hold_is_erased(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3);
        await bed.LaunchAsync(ReachoutBed.Brief(host.Clock.GetUtcNow().AddDays(1)));
        await bed.AddCustomersAsync(1, (_, customer) => customer.PhoneHash = null, first: 4);   // in no campaign
        using var officer = await host.SignInAsync("shen", Role.Compliance, Role.ConsumerProtection);
        using var second = await host.SignInAsync("wu", Role.Compliance);
        var own = await PlaceAsync(officer, new { customer = "K0000001", reason = "complaint", reference = "C-1" });
        var whole = await PlaceAsync(officer, new { campaign = bed.CampaignId, reason = "inquiry", reference = "C-2" });

        using var refused = await EraseAsync(officer, "K0000001");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((HttpStatusCode.Conflict, "urn:orchestrator:error:legal-hold"), (refused.StatusCode, problem.GetProperty("type").GetString()));
        Assert.Contains("C-1, C-2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await EraseAsync(officer, "K0000002")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await EraseAsync(officer, "K0000004")).StatusCode);
        (await second.PostAsJsonAsync($"{Holds}/{whole}/lift", new { reason = "closed" }, Token)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NoContent, (await EraseAsync(officer, "K0000002")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await EraseAsync(officer, "K0000001")).StatusCode);
        (await second.PostAsJsonAsync($"{Holds}/{own}/lift", new { reason = "closed" }, Token)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NoContent, (await EraseAsync(officer, "K0000001")).StatusCode);
    }

    [Fact]
    public async Task Every_door_asks_for_its_role_and_for_something_that_exists()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        using var owner = await host.SignInAsync("lin", Role.Owner, Role.BusinessHead);
        using var platform = await host.SignInAsync("pan", Role.Platform, Role.Admin);
        using var guard = await host.SignInAsync("fang", Role.ConsumerProtection);
        var hold = new { customer = "K0000001", reason = "r", reference = "1" };

        Assert.Equal(HttpStatusCode.Forbidden, (await owner.GetAsync(Holds, Token)).StatusCode);
        foreach (var client in new[] { owner, platform })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsJsonAsync(Holds, hold, Token)).StatusCode);
        var id = await PlaceAsync(guard, hold);
        foreach (var client in new[] { owner, platform, guard })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsJsonAsync($"{Holds}/{id}/lift", new { reason = "x" }, Token)).StatusCode);
        using var nothing = await guard.PostAsJsonAsync(Holds, new { reason = "", reference = "" }, Token);
        var problem = await nothing.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(["reason", "reference", "customer"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guard.PostAsJsonAsync(Holds, new { customer = "nobody", campaign = "C-none", reason = "r", reference = "1" }, Token)).StatusCode);
    }

    /// <summary>As the console lists them, newest first; what one of them says only by its id.</summary>
    private static async Task<List<(long Id, string? Customer, string? Message, string? Campaign)>> LinesAsync(TestHost host, Guid id)
    {
        var (receipts, hold) = (host.Services.GetRequiredService<HeldReceipts>(), (await host.Services.GetRequiredService<LegalHolds>().FindAsync(id, Token))!.Value.Hold);
        var lines = await receipts.LinesAsync(hold, long.MaxValue, Token);
        Assert.Empty(await receipts.LinesAsync(hold, lines[^1].Id, Token));
        Assert.Equal(lines[0].Customer, (await receipts.FindAsync(hold, lines[0].Id, Token))!.Customer);
        Assert.Null(await receipts.FindAsync(hold, 0, Token));
        return [.. lines.Select(line => (line.Id, line.Customer, line.MessageId, line.Campaign))];
    }

    private static async Task<Guid> PlaceAsync(HttpClient client, object hold)
    {
        using var reply = await client.PostAsJsonAsync(Holds, hold, Token);
        Assert.True(reply.StatusCode == HttpStatusCode.Created, await reply.Content.ReadAsStringAsync(Token));
        return (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetGuid();
    }

    private static Task<HttpResponseMessage> EraseAsync(HttpClient client, string customer) => client.PostAsJsonAsync($"/api/v1/customers/{customer}/erasure", new { reason = "asked for it" }, Token);

    private static async Task<List<JsonElement>> HistoryAsync(OldMonths old, string customer) =>
        [.. (await old.GetAsync<JsonElement>($"/api/v1/customers/{customer}/history")).EnumerateArray().Where(row => row.GetProperty("campaignId").GetGuid() == old.Recurring.CampaignId).SelectMany(row => row.GetProperty("messages").EnumerateArray())];

    private static Task<int> HeldAsync(OldMonths old) => old.Host.Database.ReadAsync((db, token) => db.HeldMessages.CountAsync(token), Token);
}
