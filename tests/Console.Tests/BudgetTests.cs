using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Console.Tests;

public sealed class BudgetTests(ConsoleFixture console)
{
    private const long Yuan = 1_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Money_for_messages_is_shown_with_what_is_reserved_spent_and_left_and_where_it_is_used_up()
    {
        var campaign = await SpentAsync();
        await using var owner = await console.OpenAsync("linxia");
        await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        var panel = owner.Page.Locator(".panel", new() { HasText = "消息费用" });
        Assert.Equal(["全部消息", "–", "¥1.50", "¥298.50", "–", ""], await CellsAsync(panel, 0));
        Assert.Equal(["推送费", "¥50", "¥0", "¥12.25", "¥37.75", ""], await CellsAsync(panel, 1));
        var sms = await CellsAsync(panel, 2);
        Assert.Equal(["短信费", "¥287.75", "¥1.50", "¥286.25", "¥0"], sms.Take(5));
        Assert.StartsWith("已用完，消息等待中", sms[5], StringComparison.Ordinal);
        // Mandatory, so beside the budgets.
        Assert.Equal(["退订确认 法定必发：计入支出，不占预算", "–", "¥0", "¥0.10", "–", ""], await CellsAsync(panel, 3));
        await owner.CheckAsync();

        await using var phone = await console.OpenAsync("linxia", "en", 390);
        await phone.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
        Assert.Contains("used up: messages wait", await phone.Page.Locator(".panel", new() { HasText = "Money for messages" }).InnerTextAsync(), StringComparison.Ordinal);
        await phone.CheckAsync();
    }

    private static async Task<List<string>> CellsAsync(Microsoft.Playwright.ILocator panel, int row) =>
        [.. (await panel.Locator("tbody tr").Nth(row).Locator("td").AllInnerTextsAsync()).Select(text => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];

    /// <summary>A campaign of this morning whose line for text messages is used up; its parts are what two batches, and a confirmation, left of it.</summary>
    private async Task<Campaign> SpentAsync()
    {
        var due = console.Services.GetRequiredService<BusinessClock>().GetUtcNow().AddHours(-2);
        var campaign = await console.PastAsync(await console.RunningAsync(), "费用已用完", due, (LedgerMonth.Of(due, TimeZoneInfo.Utc).Number * 1_000_000L) + 909_601, MessageState.Delivered, ChannelKind.Sms, [3, 4]);
        await console.Services.GetRequiredService<Database>().WriteAsync(
            (tx, _) =>
            {
                void Bucket(string name, long? amount, DateTimeOffset? exhausted, params (short Shard, long Reserved, long Spent)[] parts)
                {
                    tx.Db.Add(new MessageBudget { CampaignId = campaign.Id, Name = name, Amount = amount, ExhaustedAt = exhausted });
                    tx.Db.AddRange(parts.Select(part => new BudgetShare { CampaignId = campaign.Id, Name = name, Shard = part.Shard, Reserved = part.Reserved, Spent = part.Spent }));
                }
                Bucket(MessageBudget.Whole, null, null, (0, 300 * Yuan, 0), (16, -298_500_000, 298_500_000));
                Bucket("推送费", 50 * Yuan, null, (1, 0, 12_250_000));
                Bucket("短信费", 287_750_000, due.AddMinutes(10), (0, 287_750_000, 0), (16, -286_250_000, 286_250_000));
                tx.Db.Add(new OptOutConfirmation
                {
                    AccountNo = tx.Db.ChannelAccounts.Min(row => row.No), CustomerNo = 3, CampaignId = campaign.Id, ReplyRef = $"budget-{campaign.Id:N}", AddressMasked = "138****0039", AddressHash = "none", Language = "zh-CN", Text = "已为您退订。",
                    State = ConfirmationState.Accepted, RepliedAt = due, Latest = due.AddMinutes(5), ChangedAt = due, Cost = 100_000,
                });
                return Task.CompletedTask;
            },
            Token);
        return campaign;
    }
}
