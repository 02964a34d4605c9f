using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>More is leased than a slow provider answers in time.</summary>
public sealed class CrowdedAccountTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);   // 10:00 in Shanghai

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Messages_whose_turn_never_came_are_sent_next_and_not_put_off_as_if_the_provider_had_refused_them(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 900 } }, Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(160);
        // Some forty messages of a micro-batch of 128 can begin before their time is over.
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        (settings["concurrency"], settings["timeoutSeconds"]) = (8, 4);
        await bed.AddGatewayAsync(simulator, settings: settings.ToJsonString());
        simulator.Simulation.Callbacks.Clear();
        await bed.LaunchAsync(ReachoutBed.Brief(Ten));

        // The clock stands still from here: what is put off, is put off for good.
        host.Clock.AdvanceTo(Ten);
        await Eventually.HoldsAsync(async () => await AttemptedAsync(host) && (await bed.CountsAsync()) is var counts && counts.GetValueOrDefault(MessageState.Planned) + counts.GetValueOrDefault(MessageState.Leased) == 0, "nothing is left to send", 120);

        var ended = await bed.CountsAsync();
        // A call that took longer than its time on a busy machine is unknown; nothing may be put off, or given up.
        Assert.Equal(160, ended.GetValueOrDefault(MessageState.Accepted) + ended.GetValueOrDefault(MessageState.Unknown));
        Assert.Empty(simulator.Simulation.Log.Summary().RecipientsMessagedTwice);
        await bed.AssertCountersMatchAsync();
    }

    [Fact]
    public async Task A_sender_that_gets_messages_back_leases_less_at_once_and_later_more_again()
    {
        var pressure = new SendPressure();
        var first = await EnterAsync(pressure, 32);
        Assert.False(pressure.EnterAsync(1, Token).IsCompleted);
        Assert.True(pressure.EnterAsync(2, Token).IsCompletedSuccessfully);

        foreach (var place in first.Take(30))
            place.Leave(isCrowded: true);
        first[30].Leave(isCrowded: false);   // to the one that waits
        var waiting = pressure.EnterAsync(1, Token);
        Assert.False(waiting.IsCompleted);
        first[31].Leave(isCrowded: false);
        await waiting;
        Assert.False(pressure.EnterAsync(1, Token).IsCompleted);

        for (var i = 0; i < 8; i++)
            (await waiting).Leave(isCrowded: false);
        Assert.True(pressure.EnterAsync(1, Token).IsCompletedSuccessfully);
    }

    private static async Task<List<SendPlace>> EnterAsync(SendPressure pressure, int count)
    {
        var places = new List<SendPlace>();
        for (var i = 0; i < count; i++)
            places.Add(await pressure.EnterAsync(1, Token));
        return places;
    }

    private static Task<bool> AttemptedAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.Messages.AnyAsync(token), Token);
}
