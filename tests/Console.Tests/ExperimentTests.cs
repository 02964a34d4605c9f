using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Console.Tests;

public sealed class ExperimentTests(ConsoleFixture console)
{
    private const int PerVariant = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_experiment_shows_who_is_ahead_and_its_owner_chooses_the_winner_with_a_reason()
    {
        var (campaign, reachout) = await TestedAsync();
        await using var reader = await console.OpenAsync("shenning");
        await reader.GoAsync($"/campaigns/{campaign.Id}?tab=results");
        Assert.Equal(["B", "20", "15", "75%", "< 0.001", "已显著领先"], await CellsAsync(reader.Page.Locator(".panel", new() { HasText = "实验 opening" }), 1));
        Assert.Equal(0, await reader.Page.Locator("[data-dialog^=winner-], dialog[id^=winner-]").CountAsync());

        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}?tab=results");
        var panel = owner.Page.Locator(".panel", new() { HasText = "实验 opening" });
        Assert.Contains(campaign.Brief().Phases.First(phase => phase.Key == reachout.Phase).Name, await panel.Locator("h2").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("p ≤ 0.05 即为显著", await panel.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["A", "20", "0", "0%", "–", "选为优胜 A"], await CellsAsync(panel, 0));
        await panel.Locator("tbody tr").Nth(0).Locator("button").ClickAsync();
        Assert.Contains("显著领先的是版本 B", await owner.Page.InnerTextAsync("dialog[open]"), StringComparison.Ordinal);
        await owner.CheckAsync();
        await owner.Page.ClickAsync("dialog[open] [data-close]");
        await panel.Locator("tbody tr").Nth(1).Locator("button").ClickAsync();
        Assert.Contains("选定后不可更改", await owner.Page.InnerTextAsync("dialog[open]"), StringComparison.Ordinal);
        Assert.Contains("该版本已显著领先", await owner.Page.InnerTextAsync("dialog[open]"), StringComparison.Ordinal);
        await owner.Page.ClickAsync("dialog[open] button[type=submit]");
        await owner.Page.WaitForSelectorAsync(".notices [role=alert]");
        Assert.Null((await ResultAsync(campaign)).Winner);   // not without a reason

        await panel.Locator("tbody tr").Nth(1).Locator("button").ClickAsync();
        await owner.Page.FillAsync("dialog[open] textarea[name=reason]", "转化更高");
        await owner.Page.ClickAsync("dialog[open] button[type=submit]");
        await owner.Page.WaitForSelectorAsync(".toast-note:has-text('已选定版本 B 为优胜')");
        var result = await ResultAsync(campaign);
        Assert.Equal(((short?)2, "linxia"), (result.Winner, result.DecidedBy));
        Assert.Equal("转化更高", await console.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.AuditEvents.Where(row => row.Type == "experiment-decided" && row.Chain == AuditChain.ForCampaign(campaign.Id)).Select(row => row.Reason).SingleAsync(token), Token));
        Assert.Equal(0, await owner.Page.Locator("[data-dialog^=winner-]").CountAsync());
        await owner.CheckAsync();

        await using var phone = await console.OpenAsync("linxia", "en", 390);
        await phone.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        var told = await phone.Page.Locator(".panel", new() { HasText = "Experiment opening" }).Locator("tbody tr").Nth(1).InnerTextAsync();
        Assert.Contains("winner", told, StringComparison.Ordinal);
        Assert.Contains("Lin Xia", told, StringComparison.Ordinal);
        await phone.CheckAsync();
    }

    private async Task<ExperimentResult> ResultAsync(Campaign campaign) => (await console.Services.GetRequiredService<Experiments>().ListAsync(campaign.Id, Token)).Single();

    private static async Task<IEnumerable<string>> CellsAsync(Microsoft.Playwright.ILocator panel, int row) =>
        (await panel.Locator("tbody tr").Nth(row).Locator("td").AllInnerTextsAsync()).Select(text => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>A campaign of this morning: twenty customers a variant, of the second fifteen borrowed.</summary>
    private async Task<(Campaign Campaign, Reachout Reachout)> TestedAsync()
    {
        var database = console.Services.GetRequiredService<Database>();
        var customers = await database.ReadAsync((db, token) => db.Customers.Where(row => row.ErasedAt == null).OrderByDescending(row => row.CustomerNo).Skip(100).Take(2 * PerVariant).Select(row => new { row.CustomerNo, row.ExternalId }).ToListAsync(token), Token);
        var due = console.Services.GetRequiredService<BusinessClock>().GetUtcNow().AddHours(-2);
        var campaign = await console.PastAsync(
            await console.RunningAsync(), "开场白对比", due, (LedgerMonth.Of(due, TimeZoneInfo.Utc).Number * 1_000_000L) + 909_501, MessageState.Delivered, ChannelKind.Sms, [.. customers.Select(row => row.CustomerNo)]);
        var second = customers.Take(PerVariant).ToList();
        var numbers = second.ConvertAll(row => row.CustomerNo);
        var reachout = await database.WriteAsync(
            async (tx, token) =>
            {
                var found = await tx.Db.Reachouts.AsNoTracking().SingleAsync(row => row.CampaignId == campaign.Id, token);
                var spec = Experiments.SpecOf(found);
                var test = new Experiment { Key = "opening", Winner = new WinnerRule { MinimumPerVariant = 10, Effect = 0.5m }, Variants = [new Variant { Key = "A" }, new Variant { Key = "B" }] };
                var json = JsonSerializer.Serialize(spec with { Phase = spec.Phase with { Experiment = test } }, JsonDefaults.Options);
                await tx.Db.Reachouts.Where(row => row.Id == found.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Spec, json), token);
                tx.Db.AddRange(customers.Select((row, i) => new AudienceMember { CampaignId = campaign.Id, CustomerNo = row.CustomerNo, Rank = i }));
                var own = tx.Db.Messages.Where(row => tx.Db.Occurrences.Any(occurrence => occurrence.Id == row.OccurrenceId && occurrence.CampaignId == campaign.Id));
                await own.ExecuteUpdateAsync(set => set.SetProperty(row => row.Variant, (short)1), token);
                await own.Where(row => numbers.Contains(row.CustomerNo)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Variant, (short)2), token);
                return found;
            },
            Token);
        var taken = await console.Services.GetRequiredService<CampaignEvents>().TakeAsync(
            [.. second.Take(15).Select(row => new NewCampaignEvent($"opening-{row.ExternalId}", "conversion") { CampaignId = campaign.Id, Customer = row.ExternalId, Value = 8_600 })], "test", Token);
        Assert.Null(taken.Refusal);
        return (campaign, reachout);
    }
}
