using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;

namespace Orchestrator.Console.Tests;

public sealed class LedgerMonthTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_month_is_asked_for_by_platform_and_agreed_by_compliance()
    {
        var campaign = await HaveOldMonthAsync();
        await using var platform = await console.OpenAsync("majun");
        await platform.GoAsync("/ledger-months");
        Assert.Contains("保留 2 个月", await platform.Page.InnerTextAsync(".page-head"), StringComparison.Ordinal);
        Assert.Contains("已到期", await platform.Page.InnerTextAsync("#month-2021-03"), StringComparison.Ordinal);
        Assert.Contains("保留中", await platform.Page.InnerTextAsync("main table"), StringComparison.Ordinal);
        await platform.CheckAsync();

        await platform.Page.ClickAsync("#month-2021-03 a.row-link");
        await platform.Page.ClickAsync("[data-dialog=ask]");
        await platform.Page.FillAsync("#ask textarea", "保留期已满");
        await platform.Page.ClickAsync("#ask button[type=submit]");
        await platform.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("须由另一人同意", await platform.Page.InnerTextAsync(".notices"), StringComparison.Ordinal);
        Assert.Equal(0, await platform.Page.Locator("button:has-text('同意并清除')").CountAsync());
        await platform.CheckAsync();

        await using var compliance = await console.OpenAsync("shenning", "en");
        await compliance.GoAsync("/ledger-months/2021-03");
        await compliance.CheckAsync();
        await compliance.Page.ClickAsync("button:has-text('Agree and drop')");
        await compliance.Page.WaitForSelectorAsync(".toast-note");
        var story = "";
        for (var tries = 0; tries < 300 && !story.Contains("Dropped on", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            await compliance.GoAsync("/ledger-months/2021-03");
            story = await compliance.Page.InnerTextAsync(".notices");
        }
        Assert.Contains("Of 3 messages legal holds kept 1", story, StringComparison.Ordinal);
        Assert.Equal(404, (await compliance.GoAsync("/ledger-months/2021-13")).Status);

        // The campaign keeps its counts and says why the messages behind them are gone, but for the one under legal hold.
        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger&state=delivered");
        Assert.Contains("3", await owner.Page.InnerTextAsync(".tile[href*='state=delivered'] .tile-value"), StringComparison.Ordinal);
        var notice = await owner.Page.InnerTextAsync("#dropped");
        Assert.Contains("2021-03 的台账已于", notice, StringComparison.Ordinal);
        Assert.Contains("马骏 申请，沈宁 同意", notice, StringComparison.Ordinal);
        Assert.Contains("仅余因法律保全留存的 1 条", notice, StringComparison.Ordinal);
        Assert.Equal(1, await owner.Page.Locator("#messages tbody tr").CountAsync());
        await owner.CheckAsync();

        await using var phone = await console.OpenAsync("shenning", "en", width: 390);
        await phone.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        Assert.Contains("legal holds kept 1", await phone.Page.InnerTextAsync("#dropped"), StringComparison.Ordinal);
        await phone.CheckAsync();
        await phone.GoAsync("/ledger-months");
        await phone.CheckAsync();
    }

    [Fact]
    public async Task A_legal_hold_is_placed_by_one_person_seen_at_the_customer_and_lifted_by_another()
    {
        var customer = await console.Services.GetRequiredService<Database>().ReadAsync(
            (db, token) => Task.FromResult(db.Customers.Where(row => row.ErasedAt == null).OrderByDescending(row => row.CustomerNo).Select(row => row.ExternalId).First()), TestContext.Current.CancellationToken);
        await using var guard = await console.OpenAsync(await ConsumerProtectionAsync());
        await guard.GoAsync("/legal-holds");
        await guard.Page.ClickAsync("main form:has([name=reference]) button[type=submit]");
        await guard.Page.WaitForSelectorAsync("[aria-invalid=true]");
        await guard.CheckAsync();
        await guard.Page.FillAsync("[name=customer]", customer);
        await guard.Page.FillAsync("[name=reference]", "投诉 2026-118");
        await guard.Page.FillAsync("main form:has([name=reference]) [name=reason]", "客户投诉，监管函询");
        await guard.Page.ClickAsync("main form:has([name=reference]) button[type=submit]");
        await guard.Page.WaitForSelectorAsync(".toast-note");
        var mine = guard.Page.Locator("main tr", new() { HasText = "投诉 2026-118" });
        Assert.Equal(0, await mine.Locator("button:has-text('解除')").CountAsync());
        await guard.GoAsync($"/customers/{customer}");
        Assert.Contains("法律保全中", await guard.Page.InnerTextAsync(".page-head"), StringComparison.Ordinal);

        await using var compliance = await console.OpenAsync("shenning", "en");
        await compliance.GoAsync("/legal-holds");
        var row = compliance.Page.Locator("main tr", new() { HasText = "投诉 2026-118" });
        await row.Locator("button:has-text('Lift')").First.ClickAsync();
        await row.Locator("dialog textarea").FillAsync("case closed");
        await row.Locator("dialog button[type=submit]").ClickAsync();
        await compliance.Page.WaitForSelectorAsync(".toast-note");
        Assert.Contains("case closed", await row.InnerTextAsync(), StringComparison.Ordinal);
        await compliance.CheckAsync();

        await using var owner = await console.OpenAsync("linxia");
        Assert.Equal(403, (await owner.GoAsync("/legal-holds")).Status);
    }

    [Fact]
    public async Task What_a_hold_keeps_of_receipts_and_replies_is_listed_without_words_and_read_one_by_one()
    {
        var hold = await HaveKeptReceiptsAsync();
        await using var platform = await console.OpenAsync("majun");
        await platform.GoAsync("/");
        await platform.Page.ClickAsync("nav a[href='/legal-holds']");
        await platform.Page.ClickAsync($"#hold-{hold.Id:N} a.row-link");
        await platform.Page.WaitForSelectorAsync("#receipts");
        Assert.Contains("仅合规与消保可查看", await platform.Page.InnerTextAsync("#receipts"), StringComparison.Ordinal);
        Assert.Equal(0, await platform.Page.Locator("#receipts tbody tr").CountAsync());
        await platform.CheckAsync();

        await using var compliance = await console.OpenAsync("shenning");
        await compliance.GoAsync($"/legal-holds/{hold.Id}");
        var rows = compliance.Page.Locator("#receipts tbody tr");
        Assert.Equal(HeldReceipts.LineSize, await rows.CountAsync());
        Assert.Contains("上行回复", await rows.Nth(0).InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("别再发了", await compliance.Page.ContentAsync(), StringComparison.Ordinal);
        await compliance.CheckAsync();
        await rows.Nth(0).Locator("button").ClickAsync();
        await compliance.Page.WaitForSelectorAsync("#read");
        var said = await compliance.Page.InnerTextAsync("#read");
        Assert.Contains("别再发了", said, StringComparison.Ordinal);
        Assert.Contains("普通文字", said, StringComparison.Ordinal);
        await compliance.CheckAsync();
        Assert.Equal(1, await console.Services.GetRequiredService<Database>().ReadAsync((db, token) => Task.FromResult(db.AuditEvents.Count(row => row.Chain == LegalHolds.Chain && row.Type == "data-exported" && row.Data.Contains(hold.Reference))), TestContext.Current.CancellationToken));

        await compliance.GoAsync($"/legal-holds/{hold.Id}");
        await compliance.Page.ClickAsync("#receipts .pager a");
        await compliance.Page.WaitForURLAsync("**before=*");
        var older = await rows.AllInnerTextsAsync();
        Assert.Equal(2, older.Count);
        Assert.All(older, row => Assert.Contains("退订确认的回执", row, StringComparison.Ordinal));
        await rows.Nth(0).Locator("button").ClickAsync();
        await compliance.Page.WaitForSelectorAsync("#read");
        Assert.Contains("DELIVRD", await compliance.Page.InnerTextAsync("#read"), StringComparison.Ordinal);

        await using var phone = await console.OpenAsync("shenning", "en", width: 390);
        await phone.GoAsync($"/legal-holds/{hold.Id}");
        await phone.CheckAsync();
        Assert.Equal(404, (await phone.GoAsync($"/legal-holds/{Guid.NewGuid()}")).Status);
    }

    /// <summary>Two receipts of confirmations and a page full of replies, of one customer.</summary>
    private async Task<LegalHold> HaveKeptReceiptsAsync()
    {
        var (personal, now) = (console.Services.GetRequiredService<PersonalData>(), new DateTimeOffset(2026, 3, 8, 2, 0, 0, TimeSpan.Zero));
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        return await console.Services.GetRequiredService<Database>().WriteAsync(
            (tx, _) =>
            {
                var hold = new LegalHold { Id = Guid.NewGuid(), CustomerNo = 41, Reference = "函 2026-31", Reason = "监管函询", PlacedBy = "xulan", PlacedAt = now };
                tx.Db.Add(hold);
                for (var i = 0; i < HeldReceipts.LineSize + 2; i++)
                {
                    var content = i < 2
                        ? JsonSerializer.Serialize(new Receipt { MessageId = $"confirm.{i + 1}", Status = ReceiptStatus.Delivered, Code = "DELIVRD" }, json)
                        : JsonSerializer.Serialize(new Reply("+8613800000059", "别再发了", now, ReplyKind.Text, $"mo-{i}"), json);
                    tx.Db.Add(new HeldReceipt { Id = 7_000_000 + i, CustomerNo = 41, IsReply = i >= 2, ReceivedAt = now.AddMinutes(i), KeptAt = now.AddDays(30), Content = personal.Protect(content, ReceiptInbox.Place)! });
                }
                return Task.FromResult(hold);
            },
            TestContext.Current.CancellationToken);
    }

    private async Task<string> ConsumerProtectionAsync() =>
        (await console.Services.GetRequiredService<Host.Identity.Users>().ListAsync(TestContext.Current.CancellationToken)).First(user => user.Roles.Contains(Host.Identity.Role.ConsumerProtection)).UserName;

    /// <summary>A reach-out of March 2021 that has ended, with one of its three messages under legal hold, and a term of two months.</summary>
    private async Task<Campaign> HaveOldMonthAsync()
    {
        var due = new DateTimeOffset(2021, 3, 8, 2, 0, 0, TimeSpan.Zero);
        var campaign = await console.PastAsync(await console.ClosedAsync(), "2021 春季会员日", due, 202103000001, MessageState.Delivered, ChannelKind.Sms, [1, 2, 3]);
        await console.Services.GetRequiredService<Database>().WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new LegalHold { Id = Guid.NewGuid(), CampaignId = campaign.Id, CustomerNo = 2, Reference = "函 2021-7", Reason = "监管函询", PlacedBy = "shenning", PlacedAt = due });
                tx.Db.Add(new DatedRule { Id = Guid.NewGuid(), Kind = LedgerRetentionKind.KindName, Name = LedgerRetentionKind.Everything, From = new DateOnly(2021, 1, 1), Value = """{"keepMonths":2}""", Source = "保留期制度", ProposedBy = "majun", ProposedAt = due, PublishedBy = "shenning", PublishedAt = due });
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        return campaign;
    }
}
