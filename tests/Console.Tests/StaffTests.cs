using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Console.Tests.Support;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Simulators;

namespace Orchestrator.Console.Tests;

/// <summary>WeCom customer messages that leave only when a member of staff confirms them.</summary>
public sealed class StaffTests(ConsoleFixture console)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Database Database => console.Services.GetRequiredService<Database>();

    [Fact]
    public async Task The_owner_sees_what_staff_has_yet_to_send_reminds_them_and_sees_it_gone()
    {
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var account = await LiveAccountAsync(simulator);
        try
        {
            var (campaign, task) = await WaitingAsync(account);
            await using var owner = await console.OpenAsync("linxia");
            await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
            var panel = owner.Page.Locator("#staff");
            Assert.Contains("3 条客户群发须由员工", await panel.InnerTextAsync(), StringComparison.Ordinal);
            Assert.Contains("尚未查询", await panel.InnerTextAsync(), StringComparison.Ordinal);
            Assert.Contains("已提醒 0/3 次", await panel.InnerTextAsync(), StringComparison.Ordinal);
            await owner.CheckAsync();

            // The page asks WeCom who has it…
            await panel.Locator("button:has-text('查询结果')").ClickAsync();
            await owner.Page.WaitForSelectorAsync("#staff .pill:has-text('zhangsan：未发送')");

            // …and reminds them.
            await owner.Page.ClickAsync("[data-dialog=remind-staff]");
            await owner.CheckAsync();
            await owner.Page.ClickAsync("#remind-staff button[type=submit]");
            await owner.Page.WaitForSelectorAsync(".toast-note:has-text('已提醒 1 个任务（员工：zhangsan）')");
            Assert.Contains("已提醒 1/3 次", await panel.InnerTextAsync(), StringComparison.Ordinal);
            Assert.Contains("已受理", await panel.InnerTextAsync(), StringComparison.Ordinal);

            // Who does not steer the campaign reads only.
            await using var reviewer = await console.OpenAsync("shenning", "en", 390);
            await reviewer.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
            Assert.Contains("1 of 3 within 24 hours", await reviewer.Page.InnerTextAsync("#staff"), StringComparison.Ordinal);
            Assert.Equal(0, await reviewer.Page.Locator("#staff button").CountAsync());
            await reviewer.CheckAsync();

            using var http = new HttpClient();
            (await http.PostAsJsonAsync(new Uri(simulator.Address, "/_wecom/confirm"), new { msgid = task }, Token)).EnsureSuccessStatusCode();
            await panel.Locator("button:has-text('查询结果')").ClickAsync();
            await owner.Page.WaitForSelectorAsync("#staff", new() { State = Microsoft.Playwright.WaitForSelectorState.Detached });
            await owner.GoAsync($"/campaigns/{campaign.Id}?tab=ledger");
            Assert.Contains("3", await owner.Page.InnerTextAsync(".tile[href*='state=delivered'] .tile-value"), StringComparison.Ordinal);
        }
        finally
        {
            // Nothing else of the run goes out through it.
            await Database.WriteAsync((tx, token) => tx.Db.ChannelAccounts.Where(row => row.No == account.No).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsDisabled, true).SetProperty(row => row.Mode, AccountMode.Sandbox), token), CancellationToken.None);
        }
    }

    /// <summary>Beside the workspace's own account, which keeps serving its campaigns. A demo workspace lets nobody go live, so it is written.</summary>
    private async Task<ChannelAccount> LiveAccountAsync(SimulatorHost simulator)
    {
        using var settings = JsonDocument.Parse(simulator.SettingsFor("wecom-customer"));
        var made = (await console.Services.GetRequiredService<ChannelAccounts>().CreateAsync(
            new AccountCommand("分部企业微信", "wecom-customer", settings.RootElement) { SignatureZh = "【禾光消费金融】", IsDefault = false }, Actor.System, Token)).Value;
        await Database.WriteAsync((tx, token) => tx.Db.ChannelAccounts.Where(row => row.Id == made.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Mode, AccountMode.Live), token), Token);
        return (await console.Services.GetRequiredService<ChannelAccounts>().FindAsync(made.Id, Token))!;
    }

    /// <summary>A campaign of this morning with one task at WeCom for three customers.</summary>
    private async Task<(Campaign Campaign, string Task)> WaitingAsync(ChannelAccount account)
    {
        var channel = console.Services.GetRequiredService<ChannelPool>().For(account);
        var customers = await CustomersAsync();
        var taken = await channel.SendAsync(
            [.. customers.Select(customer => new OutboundMessage { MessageId = $"staff-{customer.CustomerNo}", Address = customer.Address(ChannelKind.WeCom)!, Content = new MessageContent { Text = "会员日礼遇" }, Purpose = Purpose.Marketing })], Token);
        var task = Assert.IsType<Delivery.Accepted>(taken[0]).ProviderRef!;
        var due = console.Services.GetRequiredService<BusinessClock>().GetUtcNow().AddHours(-2);
        var campaign = await console.PastAsync(
            await console.RunningAsync(), "会员日·企微客户群发", due, (LedgerMonth.Of(due, TimeZoneInfo.Utc).Number * 1_000_000L) + 909_001, MessageState.Accepted, ChannelKind.WeCom, [.. customers.Select(customer => customer.CustomerNo)], (account.No, task));
        return (campaign, task);
    }

    private Task<IReadOnlyList<FeedCustomer>> CustomersAsync() => Database.ReadAsync(
        async (db, token) =>
        {
            var known = await db.Customers.Where(row => row.WecomUserId != null && row.ErasedAt == null).OrderByDescending(row => row.CustomerNo).Select(row => row.CustomerNo).Take(3).ToListAsync(token);
            await db.Database.OpenConnectionAsync(token);
            return await console.Services.GetRequiredService<CustomerFeed>().ReadAsync(db.Database.GetDbConnection(), null, known, token);
        },
        Token);
}
