using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Console.Tests;

/// <summary>What people do with the ledger of messages: plan again, count clicks, look one customer up over all campaigns.</summary>
public sealed class LedgerPanelTests(ConsoleFixture console)
{
    private const int Capped = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_owner_plans_messages_again_that_reached_nobody_by_their_reasons_and_says_why()
    {
        var campaign = await CappedAsync();
        await using var reader = await console.OpenAsync("shenning");
        await reader.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        Assert.Equal(0, await reader.Page.Locator("[data-dialog^=replan-]").CountAsync());

        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        Assert.Contains($"频次上限 {Capped}", await owner.Page.InnerTextAsync("#replan"), StringComparison.Ordinal);
        await owner.Page.ClickAsync("[data-dialog^=replan-]");
        await owner.CheckAsync();
        await owner.Page.FillAsync("dialog[open] textarea[name=reason]", "上限已放宽");
        await owner.Page.ClickAsync("dialog[open] button[type=submit]");
        await owner.Page.WaitForSelectorAsync("main [role=alert]");   // nothing was chosen

        await owner.Page.ClickAsync("[data-dialog^=replan-]");
        await owner.Page.CheckAsync("dialog[open] input[name=reasons]");
        await owner.Page.FillAsync("dialog[open] textarea[name=reason]", "上限已放宽");
        await owner.Page.ClickAsync("dialog[open] button[type=submit]");
        await owner.Page.WaitForSelectorAsync(".toast-note:has-text('已重新排入')");
        var written = await console.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.AuditEvents.Where(row => row.Type == "messages-replanned" && row.Chain == AuditChain.ForCampaign(campaign.Id)).SingleAsync(token), Token);
        Assert.Equal(("linxia", "上限已放宽"), (written.Actor, written.Reason));
    }

    [Fact]
    public async Task Clicks_are_shown_raw_and_of_people()
    {
        var campaign = await ClickedAsync();
        await using var session = await console.OpenAsync("linxia", "en");
        await session.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");

        Assert.Equal(["Phase", "Links sent", "Clicks", "By people", "Who clicked", "Left out"], await session.Page.Locator("#links th").AllInnerTextsAsync());
        var cells = (await session.Page.Locator("#links tbody tr td").AllInnerTextsAsync()).Skip(1).Select(cell => string.Join(' ', cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["2", "5", "2", "1 50%", "scanner or preview 2 · at once after sending 1"], cells);
        await session.CheckAsync();
    }

    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 390)]
    public async Task A_customers_page_tells_over_all_campaigns_what_they_got_and_what_every_check_says(string language, int width)
    {
        var campaign = await console.RunningAsync();
        var customer = await console.Services.GetRequiredService<Database>().ReadAsync(
            (db, token) => db.AudienceMembers.Where(row => row.CampaignId == campaign.Id && row.Arm == Orchestrator.Host.Audiences.Arm.Treated).OrderBy(row => row.Rank).Join(db.Customers, row => row.CustomerNo, row => row.CustomerNo, (_, row) => row.ExternalId).FirstAsync(token), Token);
        await using var session = await console.OpenAsync("xulan", language, width);
        await session.GoAsync($"/customers/{customer}");
        await session.Page.ClickAsync("#history a");
        await session.Page.WaitForSelectorAsync("#history tbody tr");

        await session.Page.ClickAsync("#history tbody tr:has-text('" + campaign.Name + "') details summary");

        var told = await session.Page.InnerTextAsync("#history");
        Assert.Contains(campaign.Code, told, StringComparison.Ordinal);
        Assert.Contains(language == "en" ? "Frequency cap" : "频次上限", told, StringComparison.Ordinal);
        await session.CheckAsync();
    }

    /// <summary>A campaign of this morning with two links: one was followed twice by a person, both by programs.</summary>
    private async Task<Campaign> ClickedAsync()
    {
        var database = console.Services.GetRequiredService<Database>();
        var numbers = await database.ReadAsync((db, token) => db.Customers.Where(row => row.ErasedAt == null).OrderByDescending(row => row.CustomerNo).Skip(420).Take(2).Select(row => row.CustomerNo).ToListAsync(token), Token);
        var now = console.Services.GetRequiredService<BusinessClock>().GetUtcNow();
        var occurrence = (LedgerMonth.Of(now, TimeZoneInfo.Utc).Number * 1_000_000L) + 909_802;
        var campaign = await console.PastAsync(await console.RunningAsync(), "点击统计", now.AddHours(-2), occurrence, MessageState.Delivered, ChannelKind.Sms, numbers);
        await database.WriteAsync(
            (tx, _) =>
            {
                void Add(int i, params ClickVerdict[] clicks)
                {
                    tx.Db.Add(new TrackedLinkRow { Id = $"panel{i}", OccurrenceId = occurrence, CustomerNo = numbers[i], Target = "https://localhost/day", ExpiresAt = now.AddDays(30), Clicks = clicks.Length, HumanClicks = clicks.Count(click => click == ClickVerdict.Human) });
                    tx.Db.AddRange(clicks.Select(click => new LinkClick { Id = Guid.CreateVersion7(now), LinkId = $"panel{i}", OccurrenceId = occurrence, At = now, Verdict = click }));
                }
                Add(0, ClickVerdict.Human, ClickVerdict.Human, ClickVerdict.Scanner);
                Add(1, ClickVerdict.Instant, ClickVerdict.Scanner);
                return Task.CompletedTask;
            },
            Token);
        return campaign;
    }

    /// <summary>A running campaign of this morning whose messages were all kept back by a cap.</summary>
    private async Task<Campaign> CappedAsync()
    {
        var database = console.Services.GetRequiredService<Database>();
        var numbers = await database.ReadAsync((db, token) => db.Customers.Where(row => row.ErasedAt == null).OrderByDescending(row => row.CustomerNo).Skip(400).Take(Capped).Select(row => row.CustomerNo).ToListAsync(token), Token);
        var due = console.Services.GetRequiredService<BusinessClock>().GetUtcNow().AddHours(-2);
        var occurrence = (LedgerMonth.Of(due, TimeZoneInfo.Utc).Number * 1_000_000L) + 909_801;
        var campaign = await console.PastAsync(await console.RunningAsync(), "上限放宽后补发", due, occurrence, MessageState.Skipped, ChannelKind.Sms, numbers);
        await database.WriteAsync(
            async (tx, token) =>
            {
                // No guardrail may pause it: there is nothing to measure yet.
                var brief = BriefJsonText.Write(campaign.Brief() with { Guardrails = [] });
                await tx.Db.Campaigns.Where(row => row.Id == campaign.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, CampaignStatus.Running).SetProperty(row => row.ApprovedHash, row => row.PackageHash).SetProperty(row => row.BriefJson, brief), token);
                await tx.Db.Messages.Where(row => row.OccurrenceId == occurrence).ExecuteUpdateAsync(set => set.SetProperty(row => row.Reason, SkipReason.FrequencyCap), token);
                await tx.Db.MessageCounts.Where(row => row.OccurrenceId == occurrence).ExecuteUpdateAsync(set => set.SetProperty(row => row.Reason, SkipReason.FrequencyCap), token);
                tx.Db.Add(new SendBatch { OccurrenceId = occurrence, No = 1, FirstCustomer = numbers.Min(), LastCustomer = numbers.Max(), State = BatchState.Done });
            },
            Token);
        return campaign;
    }
}
