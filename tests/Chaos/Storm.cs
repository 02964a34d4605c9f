using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;
using Orchestrator.Host.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Chaos;

/// <summary>The run itself: sends while nodes are killed and frozen and the database goes down, lets everything come to rest, and checks the claims.</summary>
internal sealed class Storm(ChaosOptions options, PrivatePostgres postgres, IReadOnlyList<Node> nodes, SimulatorHost simulator)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Random random = new(options.Seed);

    /// <summary>Blows against a node that had messages on their way.</summary>
    private int met;

    public async Task<(bool Rested, IReadOnlyList<Claim> Claims)> RunAsync()
    {
        foreach (var node in nodes)
            node.Start();
        using var calm = new CancellationTokenSource();
        var strikes = Task.WhenAll(StrikeNodesAsync(calm.Token), StrikePostgresAsync(calm.Token), SuperviseAsync(calm.Token));
        var started = Stopwatch.GetTimestamp();
        var sent = await UntilAsync(async () => await OpenAsync() == 0, TimeSpan.FromSeconds(options.SettleWithin * 3), started);
        await calm.CancelAsync();
        await strikes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds,4:F0} s  the storm is over{(sent ? "" : ", though not everything was sent")}"));
        foreach (var node in nodes.Where(node => !node.IsRunning))
            node.Start();
        var rested = await UntilAsync(async () => await OpenAsync() == 0 && await UnsettledAsync() == 0, TimeSpan.FromSeconds(options.SettleWithin), started);
        // Rolling end: SIGTERM must leave nothing half done either.
        await Task.WhenAll(nodes.Select(node => node.StopAsync()));
        await using var connection = await OpenDatabaseAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{met} of {nodes.Sum(node => node.Kills + node.Freezes)} blows struck a node that was sending"));
        return (rested, await new Claims(connection, simulator.Simulation.Log.Summary(), options).CheckAsync());
    }

    /// <summary>
    /// Mostly kill -9; every fourth strike freezes the node past its lease instead. Only a node that serves is worth a blow, and two of three wait
    /// until it sends: one that has nothing on its way has nothing to lose.
    /// </summary>
    private async Task StrikeNodesAsync(CancellationToken cancellationToken)
    {
        for (var strike = 1; !cancellationToken.IsCancellationRequested; strike++)
        {
            var wait = TimeSpan.FromMilliseconds(random.Next(options.StrikeEvery.From * 1000, options.StrikeEvery.To * 1000));
            await Task.Delay(wait, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            var node = nodes[random.Next(nodes.Count)];
            await UntilAsync(node.IsReadyAsync, TimeSpan.FromSeconds(60), 0, cancellationToken);
            if (strike % 3 != 0 && await UntilAsync(() => IsSendingAsync(node), Patience, 0, cancellationToken))
                met++;
            if (strike % 4 == 0)
            {
                await node.FreezeAsync(TimeSpan.FromSeconds(Node.LeaseSeconds + 3), cancellationToken);
                continue;
            }
            await node.KillAsync();
            await Task.Delay(random.Next(200, 1500), CancellationToken.None);
            node.Start();
        }
    }

    /// <summary>What systemd or Kubernetes does: a node that ended by itself (the database was gone when it started) is started again.</summary>
    private async Task SuperviseAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var node in nodes)
                node.StartIfEnded();
            await Task.Delay(500, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StrikePostgresAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(options.PostgresEvery), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            await postgres.RestartAsync();
        }
    }

    private async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan atMost, long started, CancellationToken cancellationToken = default)
    {
        var began = Stopwatch.GetTimestamp();
        for (var look = 0; Stopwatch.GetElapsedTime(began) < atMost && !cancellationToken.IsCancellationRequested; look++)
        {
            try
            {
                if (await condition())
                    return true;
                if (started != 0 && look % 20 == 19)
                    await ReportAsync(Stopwatch.GetElapsedTime(started));
            }
            catch (NpgsqlException)
            {
                // The server is down just now.
            }
            await Task.Delay(500, CancellationToken.None);
        }
        return false;
    }

    private async Task ReportAsync(TimeSpan elapsed)
    {
        await using var connection = await OpenDatabaseAsync();
        var states = await connection.QueryAsync<(short State, long Count)>("SELECT state, COUNT(*) FROM messages GROUP BY state ORDER BY state");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds,4:F0} s  {string.Join(", ", states.Select(row => $"{((MessageState)row.State).ToString().ToLowerInvariant()} {row.Count}"))}; kills {nodes.Sum(node => node.Kills)}, freezes {nodes.Sum(node => node.Freezes)}, database restarts {postgres.Restarts}"));
    }

    private async Task<bool> IsSendingAsync(Node node)
    {
        await using var connection = await OpenDatabaseAsync();
        return await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM messages m JOIN nodes n ON n.epoch = m.epoch WHERE n.name = @name AND m.state = 1)", new { name = node.Name });
    }

    private async Task<long> OpenAsync()
    {
        await using var connection = await OpenDatabaseAsync();
        var planned = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM occurrences WHERE planned_to IS NOT NULL");
        return planned > 0 ? planned : await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM messages WHERE state IN (0, 1, 6)");
    }

    private async Task<long> UnsettledAsync()
    {
        await using var connection = await OpenDatabaseAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM message_issues WHERE settle_after > 0 AND state = 8") + await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM receipt_inbox WHERE state = 0");
    }

    private async Task<NpgsqlConnection> OpenDatabaseAsync()
    {
        var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
