using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
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
    public async Task An_experiment_shows_who_is_ahead_and_then_who_chose_the_winner()
    {
        var (campaign, reachout) = await TestedAsync();
        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        var panel = owner.Page.Locator(".panel", new() { HasText = "实验 opening" });
        Assert.Contains(campaign.Brief().Phases.First(phase => phase.Key == reachout.Phase).Name, await panel.Locator("h2").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("p ≤ 0.05 即为显著", await panel.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["A", "20", "0", "0%", "–", "–"], await CellsAsync(panel, 0));
        Assert.Equal(["B", "20", "15", "75%", "< 0.001", "已显著领先"], await CellsAsync(panel, 1));
        await owner.CheckAsync();

        var chosen = await console.Services.GetRequiredService<Experiments>().ChooseAsync(campaign.Id, reachout.Id, "B", "转化更高", await console.Campaigns.ActorAsync("linxia"), Token);
        Assert.Null(chosen.Refusal);
        await using var phone = await console.OpenAsync("linxia", "en", 390);
        await phone.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        var told = await phone.Page.Locator(".panel", new() { HasText = "Experiment opening" }).Locator("tbody tr").Nth(1).InnerTextAsync();
        Assert.Contains("winner", told, StringComparison.Ordinal);
        Assert.Contains("Lin Xia", told, StringComparison.Ordinal);
        await phone.CheckAsync();
    }

    private static async Task<IEnumerable<string>> CellsAsync(Microsoft.Playwright.ILocator panel, int row) =>
        (await panel.Locator("tbody tr").Nth(row).Locator("td").AllInnerTextsAsync()).Select(text => text.Trim());

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
