using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>What the console reads: figures over campaigns, and the messages behind a figure.</summary>
public sealed class MessageQueryTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task The_messages_behind_a_figure_are_as_many_as_it_says_page_after_page(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(160, (i, customer) =>
        {
            if (i % 2 == 0)
                customer.ConsentBits = 0;
        });
        await bed.AddGatewayAsync(simulator, live: false);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        var queries = host.Services.GetRequiredService<MessageQueries>();

        var skipped = new MessageFilter(States: [MessageState.Skipped], Reason: SkipReason.NoConsentedChannel);
        var first = await queries.ListAsync(bed.CampaignId, skipped, Token);
        var second = await queries.ListAsync(bed.CampaignId, skipped with { After = first[^1].Cursor }, Token);

        Assert.Equal((MessageQueries.PageSize, 30), (first.Count, second.Count));
        Assert.Equal(80, first.Concat(second).Select(line => line.Customer).Distinct().Count());
        Assert.All(first, line => Assert.Equal(MessageState.Skipped, line.State));
        Assert.Equal(MessageQueries.PageSize, (await queries.ListAsync(bed.CampaignId, new MessageFilter(Channel: "sms"), Token)).Count);
        Assert.Empty(await queries.ListAsync(bed.CampaignId, new MessageFilter(Phase: "no-such-phase"), Token));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_days_reach_outs_are_listed_with_their_counters_for_their_owner_alone(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(20);
        await bed.AddGatewayAsync(simulator, live: false);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "the reach-out is completed");
        var board = host.Services.GetRequiredService<ReachoutBoard>();
        var owner = (await host.Database.ReadAsync((db, token) => db.Campaigns.FindAsync([bed.CampaignId], token).AsTask(), Token))!.Owner;

        var line = Assert.Single(await board.DueAsync(Ten.AddHours(-2), Ten.AddHours(22), owner, Token));

        Assert.Equal((bed.CampaignId, 20), (line.CampaignId, line.Counts.Sum(count => count.Count)));
        Assert.Empty(await board.DueAsync(Ten.AddHours(-2), Ten.AddHours(22), "somebody-else", Token));
        Assert.Empty(await board.DueAsync(Ten.AddHours(1), Ten.AddHours(22), null, Token));
        Assert.Empty(await board.RunningAsync(Token));
    }
}
