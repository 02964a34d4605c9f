using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Cluster;

/// <summary>How the batches of one job are shared out between nodes, and what a node keeps free for other work.</summary>
public sealed class SharedWorkTests
{
    private const int Batches = 3;
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_alone_runs_every_batch_of_a_job_and_one_that_joins_gets_its_part_of_them()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 300 } }, Token);
        var bed = await LaunchAsync(first, simulator);
        first.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await RunningAsync(first, first) == Batches, "the only node runs all batches", 60);

        await using var second = await TestHost.StartBesideAsync(first);

        await Eventually.HoldsAsync(async () => await SentByAsync(first, second) > 0, "the node that joined has sent", 60);
        await EndAsync(bed, simulator);
    }

    [Fact]
    public async Task The_node_that_plans_a_job_leaves_the_other_its_part_of_the_batches()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await using var second = await TestHost.StartBesideAsync(first);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 300 } }, Token);
        var bed = await LaunchAsync(first, simulator);
        await Eventually.HoldsAsync(() => Task.FromResult(NodeOf(first).LiveNodes == 2), "the nodes know of each other");
        // The job is due on the first node only, whose clock then stands still: what it leaves, it leaves for good.
        first.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await RunningAsync(first, first) == 2 && await PlannedAsync(first), "the first node runs two batches of three", 60);

        second.Clock.AdvanceTo(Ten);

        await Eventually.HoldsAsync(async () => await SentByAsync(first, first) > 0 && await SentByAsync(first, second) > 0, "both nodes have sent", 60);
        await EndAsync(bed, simulator);
    }

    [Fact]
    public async Task Eight_batches_of_a_job_run_at_once_for_each_node_that_lives()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        await StopWorkersAsync(first);
        var bed = new ReachoutBed(first.Services);
        await bed.AddCustomersAsync(1);
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        await AddBatchesAsync(first, 20);
        var alone = await ActiveAsync(first);
        // The other node's workers begin before they can be stopped: they find nothing that is due.
        await first.Database.WriteAsync((tx, token) => tx.Db.ScheduledWork.ExecuteUpdateAsync(set => set.SetProperty(row => row.Due, Ten.AddYears(1)), token), Token);

        await using var second = await TestHost.StartBesideAsync(first);
        await StopWorkersAsync(second);
        await NodeOf(first).RenewAsync(Token);
        await first.Database.WriteAsync(async (tx, token) => await BatchesOf(first).StartNextAsync(tx, await tx.Db.Occurrences.SingleAsync(token), token), Token);

        Assert.Equal((8, 16), (alone, await ActiveAsync(first)));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Long_runs_never_take_all_workers(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await StopWorkersAsync(host);
        await host.Database.WriteAsync((tx, token) => tx.Db.ScheduledWork.ExecuteDeleteAsync(token), Token);
        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                for (var i = 0; i < 20; i++)
                    await EnqueueAsync(host, tx, SendBatchHandler.WorkKind, i, token);
                for (var i = 20; i < 23; i++)
                    await EnqueueAsync(host, tx, SettleUnknown.WorkKind, i, token);
            },
            Token);
        var leases = host.Services.GetRequiredService<WorkLeases>();

        var leased = await leases.LeaseAsync(new WorkRoom(8, 6), SendBatchHandler.WorkKind, Token);
        var whenFull = await leases.LeaseAsync(new WorkRoom(2, 0), SendBatchHandler.WorkKind, Token);

        Assert.Equal((6, 2), (leased.Count(item => item.Kind == SendBatchHandler.WorkKind), leased.Count(item => item.Kind == SettleUnknown.WorkKind)));
        Assert.Equal(["22"], whenFull.Select(item => item.Key));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], leased.Where(item => item.Kind == SendBatchHandler.WorkKind).Select(item => item.Key));
    }

    private static Task EnqueueAsync(TestHost host, WriteTransaction tx, string kind, int key, CancellationToken cancellationToken) =>
        host.Services.GetRequiredService<WorkSchedule>().EnqueueAsync(tx, new NewWork(kind, $"{key}", host.Clock.GetUtcNow().AddMilliseconds(key - 100)), cancellationToken);

    private static Task StopWorkersAsync(TestHost host) => host.Services.GetServices<IHostedService>().OfType<WorkDispatcher>().Single().StopAsync(Token);

    private static async Task<ReachoutBed> LaunchAsync(TestHost host, SimulatorHost simulator)
    {
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(Batches * 2_000);
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["timeoutSeconds"] = 15;
        await bed.AddGatewayAsync(simulator, settings: settings.ToJsonString());
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));
        return bed;
    }

    private static async Task EndAsync(ReachoutBed bed, SimulatorHost simulator)
    {
        _ = await bed.Controls.StopAsync(bed.CampaignId, "enough", ReachoutBed.Owner, Token);
        await Eventually.HoldsAsync(async () => (await bed.CountsAsync()).GetValueOrDefault(MessageState.Leased) == 0, "nothing is in flight", 60);
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        await bed.AssertCountersMatchAsync();
    }

    private static async Task AddBatchesAsync(TestHost host, int count)
    {
        for (var i = 0; i < count; i++)
            await host.Database.WriteAsync(async (tx, token) => await BatchesOf(host).AddAsync(tx, await tx.Db.Occurrences.SingleAsync(token), i + 1, i + 1, token), Token);
    }

    private static NodeLease NodeOf(TestHost host) => host.Services.GetRequiredService<NodeLease>();

    private static SendBatches BatchesOf(TestHost host) => host.Services.GetRequiredService<SendBatches>();

    private static Task<int> ActiveAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.SendBatches.CountAsync(row => row.State == BatchState.Active, token), Token);

    private static Task<bool> PlannedAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.Occurrences.AllAsync(row => row.PlannedTo == null, token), Token);

    private static Task<int> RunningAsync(TestHost host, TestHost node) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.CountAsync(row => row.Kind == SendBatchHandler.WorkKind && row.State == WorkState.Leased && row.Node == NodeOf(node).Name, token), Token);

    private static Task<int> SentByAsync(TestHost host, TestHost node) =>
        host.Database.ReadAsync((db, token) => db.Messages.CountAsync(row => row.State == MessageState.Accepted && row.Epoch == NodeOf(node).Epoch, token), Token);
}
