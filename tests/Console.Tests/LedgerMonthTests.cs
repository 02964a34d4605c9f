using Microsoft.Extensions.DependencyInjection;
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
        await HaveOldMonthAsync();
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
        Assert.Contains("0 are kept under legal hold", story, StringComparison.Ordinal);
        Assert.Equal(404, (await compliance.GoAsync("/ledger-months/2021-13")).Status);

        await using var phone = await console.OpenAsync("shenning", "en", width: 390);
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

    private async Task<string> ConsumerProtectionAsync() =>
        (await console.Services.GetRequiredService<Host.Identity.Users>().ListAsync(TestContext.Current.CancellationToken)).First(user => user.Roles.Contains(Host.Identity.Role.ConsumerProtection)).UserName;

    /// <summary>A reach-out of March 2021 that has ended, and a term of two months.</summary>
    private async Task HaveOldMonthAsync()
    {
        var closed = await console.ClosedAsync();
        await console.Services.GetRequiredService<Database>().WriteAsync(
            (tx, _) =>
            {
                var due = new DateTimeOffset(2021, 3, 8, 2, 0, 0, TimeSpan.Zero);
                var spec = tx.Db.Reachouts.First(row => row.CampaignId == closed.Id);
                var campaign = new Campaign
                {
                    Id = Guid.CreateVersion7(due), Code = "C-2021-0001", Name = "2021 春季会员日", Owner = closed.Owner, Status = CampaignStatus.Cancelled, Objective = closed.Objective, Form = closed.Form, BriefJson = closed.BriefJson,
                    PackageHash = closed.PackageHash, SopVersionId = closed.SopVersionId, WindowStart = new DateOnly(2021, 3, 8), WindowEnd = new DateOnly(2021, 3, 9), CreatedAt = due, UpdatedAt = due,
                };
                var reachout = new Reachout { Id = Guid.CreateVersion7(due), CampaignId = campaign.Id, Phase = spec.Phase, Name = spec.Name, Due = due, LatestAt = due.AddHours(4), State = ReachoutState.Completed, PackageHash = spec.PackageHash, Spec = spec.Spec, CreatedAt = due };
                tx.Db.AddRange(campaign, reachout);
                tx.Db.Add(new Occurrence { Id = 202103000001, CampaignId = campaign.Id, ReachoutId = reachout.Id, Due = due, LatestAt = due.AddHours(4), State = ReachoutState.Completed });
                tx.Db.Add(new MessageCount { OccurrenceId = 202103000001, State = MessageState.Delivered, Channel = 1, Count = 3 });
                for (var customer = 1; customer <= 3; customer++)
                    tx.Db.Add(new Message { OccurrenceId = 202103000001, CustomerNo = customer, State = MessageState.Delivered, Channel = 1, Attempt = 1, ChangedAt = due.ToUnixTimeMilliseconds() });
                tx.Db.Add(new DatedRule { Id = Guid.NewGuid(), Kind = LedgerRetentionKind.KindName, Name = LedgerRetentionKind.Everything, From = new DateOnly(2021, 1, 1), Value = """{"keepMonths":2}""", Source = "保留期制度", ProposedBy = "majun", ProposedAt = due, PublishedBy = "shenning", PublishedAt = due });
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
    }
}
