using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Simulators;
using Quartz;

namespace Orchestrator.Host.Tests.Cluster;

/// <summary>A node in this process and one that is a process of its own, to be stopped and killed in the middle of what it does.</summary>
public sealed class ProcessNodeTests
{
    private const string Away = "away";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_was_frozen_while_it_sent_sends_nothing_more_when_it_wakes_after_a_hold_returned()
    {
        var now = TimeProvider.System.GetUtcNow();
        // Here the clock stands still before the reach-out is due: only the other node sends.
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql, now.AddHours(-1));
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 300 } }, Token);
        var bed = await LaunchAsync(first, simulator, now);
        await using var away = HostProcess.Beside(first, $"--Orchestrator:NodeName={Away}", "--Orchestrator:NodeLeaseSeconds=3");
        await away.StartAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(simulator.Simulation.Log.Summary().Requests > 20), "the other node sends", 60);
        await away.FreezeAsync();
        var epoch = await EpochAsync(first);

        var result = (await bed.Controls.HoldAsync(ControlScope.Campaign(bed.CampaignId), "Wrong wording", ReachoutBed.Officer, Token)).Value;
        Assert.False(result.IsComplete);
        await Eventually.HoldsAsync(async () => (await bed.Controls.WaitAsync(ControlScope.Campaign(bed.CampaignId), TimeSpan.FromSeconds(1), Token)).IsComplete, "the frozen node's leases have passed", 90);
        var left = simulator.Simulation.Log.Summary().Requests;
        await away.ThawAsync();

        await Eventually.HoldsAsync(async () => await EpochAsync(first) > epoch, "the node that woke goes on under a new epoch", 60);
        await Task.Delay(TimeSpan.FromSeconds(2), Token);   // proves an absence: there is no event to wait for
        Assert.Equal(left, simulator.Simulation.Log.Summary().Requests);
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        Assert.True((await bed.CountsAsync()).GetValueOrDefault(MessageState.Planned) > 0, "Everything had left before the hold; make the provider slower.");
    }

    [Fact]
    public async Task A_recurring_turn_that_a_node_was_killed_in_fires_once_on_the_node_that_is_left()
    {
        await using var first = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        first.Clock.Release();
        var scheduler = await first.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
        await scheduler.Standby(Token);   // so that the other node takes the turn
        await first.Database.WriteAsync((tx, token) => first.Services.GetRequiredService<RecurringTriggers>().SetAsync(tx, new NewTrigger("tick", SettleUnknown.WorkKind, "0/20 * * * * ?", "Asia/Shanghai"), token), Token);
        await using var away = HostProcess.Beside(first, $"--Orchestrator:NodeName={Away}", "--Orchestrator:NodeLeaseSeconds=3");
        await away.StartAsync();
        // Whoever fires has to wait for the row.
        await using var holder = new NpgsqlConnection(first.Postgres);
        await holder.OpenAsync(Token);
        await using var held = await holder.BeginTransactionAsync(Token);
        await holder.ExecuteAsync("SELECT 1 FROM recurring_triggers WHERE key = 'tick' FOR UPDATE", transaction: held);
        await Eventually.HoldsAsync(() => FiresAsync(first), "the other node is about to fire a turn", 90);
        var taken = first.Clock.GetUtcNow().AddSeconds(-20);

        await away.KillAsync();
        await held.RollbackAsync(Token);
        await scheduler.Start(Token);

        // The turn itself, or the next one where the node that is left came to it late: missed turns are one firing.
        await Eventually.HoldsAsync(async () => (await FiringsAsync(first)).Exists(at => at > taken), "the turn is fired", 90);
        var last = (await FiringsAsync(first)).Max();
        await Eventually.HoldsAsync(async () => (await FiringsAsync(first)).Max() > last, "so is the next", 90);
        var firings = await FiringsAsync(first);
        Assert.Equal(firings.Distinct(), firings);
    }

    private static async Task<ReachoutBed> LaunchAsync(TestHost host, SimulatorHost simulator, DateTimeOffset due)
    {
        var bed = new ReachoutBed(host.Services);
        // Wherever the sun stands: a zone in which it is about noon.
        var offset = 12 - due.Hour;
        await bed.AddCustomersAsync(1_000, (_, customer) => customer.TimeZone = offset == 0 ? "Etc/GMT" : string.Create(CultureInfo.InvariantCulture, $"Etc/GMT{(offset > 0 ? "-" : "+")}{Math.Abs(offset)}"));
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        (settings["concurrency"], settings["timeoutSeconds"]) = (8, 1);
        await bed.AddGatewayAsync(simulator, settings: settings.ToJsonString());
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(due));
        return bed;
    }

    private static Task<long> EpochAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.Set<Node>().Where(row => row.Name == Away).Select(row => row.Epoch).SingleAsync(token), Token);

    /// <summary>Whether the other node waits for the row of a trigger, to write down that it fires.</summary>
    private static async Task<bool> FiresAsync(TestHost host)
    {
        await using var connection = new NpgsqlConnection(host.Postgres);
        return await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = @Away AND wait_event_type = 'Lock' AND query LIKE '%recurring_triggers%')", new { Away });
    }

    private static async Task<List<DateTimeOffset>> FiringsAsync(TestHost host) =>
    [
        .. (await host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Key.StartsWith("tick@")).Select(row => row.Key).ToListAsync(token), Token))
            .Select(key => DateTimeOffset.ParseExact(key["tick@".Length..], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).Order(),
    ];
}
