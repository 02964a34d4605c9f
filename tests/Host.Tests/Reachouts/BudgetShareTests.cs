using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>A bucket's parts as senders of different batches charge them.</summary>
public sealed class BudgetShareTests
{
    private const long Yuan = 1_000_000;
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai
    private static readonly short Sms = LedgerChannel.Of(ChannelKind.Sms);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_one_part_was_given_and_does_not_use_another_gets_to_the_last_fen_and_nobody_more(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var (bed, occurrence) = await BeginAsync(host, yuan: 100);

        Assert.Empty(await ChargeAsync(host, bed, occurrence, 0, 10 * Yuan));
        Assert.True(await host.Database.ReadAsync((db, token) => db.BudgetShares.Where(row => row.Name == "" && row.Shard == 0).Select(row => row.Quota).SingleAsync(token), Token) > 10 * Yuan, "a part is given more than it asks for");
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 1, (90 * Yuan) - 1));
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 2, 1));
        Assert.Equal([Sms], await ChargeAsync(host, bed, occurrence, 3, 1));
        Assert.Equal(100 * Yuan, await UsedAsync(host));

        // A settlement that gives money back in its own part frees it for every part.
        await host.Database.WriteAsync((tx, token) => MessageBudgets.ApplyAsync(tx, occurrence, [new CostMove(Sms, MessageState.Leased, 5 * Yuan, MessageState.Failed, 0)], 17, token), Token);
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 3, 5 * Yuan));
        Assert.Equal([Sms], await ChargeAsync(host, bed, occurrence, 4, 1));
    }

    [Fact]
    public async Task A_part_that_is_being_charged_is_not_waited_for()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        var (bed, occurrence) = await BeginAsync(host, yuan: 100);
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 0, 10 * Yuan));
        var left = (100 * Yuan) - await host.Database.ReadAsync((db, token) => db.BudgetShares.Where(row => row.Name == "").SumAsync(row => row.Quota, token), Token);

        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                Assert.Empty(await ChargeIn(tx, bed, occurrence, 0, Yuan, token));
                // The other one would wait for this commit, and this one would wait for it.
                Assert.Equal([Sms], await ChargeAsync(host, bed, occurrence, 1, left + 1));
            },
            Token);

        Assert.Empty(await ChargeAsync(host, bed, occurrence, 1, left + 1));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_budget_that_is_cut_takes_back_what_was_handed_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var (bed, occurrence) = await BeginAsync(host, yuan: 100);
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 0, 10 * Yuan));

        await host.Database.WriteAsync((tx, token) => MessageBudgets.SetAsync(tx, bed.CampaignId, Brief(yuan: 11), token), Token);

        Assert.Equal([Sms], await ChargeAsync(host, bed, occurrence, 0, 2 * Yuan));
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 0, Yuan));
    }

    /// <summary>Money for ten messages of ¥10. Ten wait for more than there is, some fail and give theirs back.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task A_budget_is_said_to_be_used_up_once_until_there_was_room_again(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var (bed, occurrence) = await BeginAsync(host, yuan: 100);
        var budgets = host.Services.GetRequiredService<MessageBudgets>();
        Task NoteAsync() => host.Database.WriteAsync((tx, token) => budgets.NoteExhaustedAsync(tx, bed.CampaignId, new Dictionary<string, long> { [""] = 10 * Yuan }, token), Token);
        Task GiveBackAsync(long micros) => host.Database.WriteAsync((tx, token) => MessageBudgets.ApplyAsync(tx, occurrence, [new CostMove(Sms, MessageState.Leased, micros, MessageState.Failed, 0)], 17, token), Token);

        Assert.Empty(await ChargeAsync(host, bed, occurrence, 0, 90 * Yuan));
        await NoteAsync();
        Assert.Equal((false, 0), await SaidAsync(host, bed));   // a look that was older than the money it missed
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 1, 10 * Yuan));
        await NoteAsync();
        Assert.Equal((true, 1), await SaidAsync(host, bed));

        // One after the other: each is spent at once, the rest waits all the time.
        for (var i = 0; i < 3; i++)
        {
            await GiveBackAsync(10 * Yuan);
            Assert.Empty(await ChargeAsync(host, bed, occurrence, 2, 10 * Yuan));
            await NoteAsync();
        }
        Assert.Equal((true, 1), await SaidAsync(host, bed));

        // Room for more than was asked for: the next time is another time.
        await GiveBackAsync(30 * Yuan);
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 2, 10 * Yuan));
        Assert.Equal((false, 1), await SaidAsync(host, bed));
        Assert.Empty(await ChargeAsync(host, bed, occurrence, 3, 20 * Yuan));
        await NoteAsync();
        await NoteAsync();
        Assert.Equal((true, 2), await SaidAsync(host, bed));

        // So is it when somebody grants more.
        await host.Database.WriteAsync((tx, token) => MessageBudgets.SetAsync(tx, bed.CampaignId, Brief(yuan: 105), token), Token);
        Assert.Equal((false, 2), await SaidAsync(host, bed));
        await NoteAsync();
        Assert.Equal((true, 3), await SaidAsync(host, bed));
    }

    private static Task<(bool IsNow, int Times)> SaidAsync(TestHost host, ReachoutBed bed) =>
        host.Database.ReadAsync(
            async (db, token) => (
                await db.MessageBudgets.AnyAsync(row => row.CampaignId == bed.CampaignId && row.Name == "" && row.ExhaustedAt != null, token),
                await db.AuditEvents.CountAsync(row => row.Chain == AuditChain.ForCampaign(bed.CampaignId) && row.Type == "budget-exhausted", token)),
            Token);

    private static Brief Brief(int yuan) => ReachoutBed.Brief(Ten) with { Budget = new Budget { Messages = yuan } };

    private static async Task<(ReachoutBed Bed, long Occurrence)> BeginAsync(TestHost host, int yuan)
    {
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        await bed.LaunchAsync(Brief(yuan));
        return (bed, await host.Database.ReadAsync((db, token) => db.Occurrences.Select(row => row.Id).SingleAsync(token), Token));
    }

    /// <summary>As a lease does: what there is too little for is given back in the same transaction.</summary>
    private static Task<IReadOnlySet<short>> ChargeAsync(TestHost host, ReachoutBed bed, long occurrence, short shard, long micros) =>
        host.Database.WriteAsync((tx, token) => ChargeIn(tx, bed, occurrence, shard, micros, token), Token);

    private static async Task<IReadOnlySet<short>> ChargeIn(WriteTransaction tx, ReachoutBed bed, long occurrence, short shard, long micros, CancellationToken cancellationToken)
    {
        var over = await MessageBudgets.ChargeAsync(tx, bed.CampaignId, occurrence, [new CostMove(Sms, MessageState.Planned, 0, MessageState.Leased, micros)], shard, cancellationToken);
        if (over.Count > 0)
            await MessageBudgets.ApplyAsync(tx, occurrence, [new CostMove(Sms, MessageState.Leased, micros, MessageState.Planned, 0)], shard, cancellationToken);
        return over;
    }

    private static Task<long> UsedAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.BudgetShares.Where(row => row.Name == "").SumAsync(row => row.Reserved + row.Spent, token), Token);
}
