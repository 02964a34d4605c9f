using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;
using Orchestrator.Simulators;

namespace Orchestrator.Chaos;

/// <summary>How long after kill -9 of a node the other one goes on with its work, its messages and the triggers.</summary>
public static class Failover
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task<int> RunAsync(int rounds)
    {
        var masterKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        Environment.SetEnvironmentVariable(Host.Storage.MasterKey.Variable, masterKey);
        var directory = Directory.CreateTempSubdirectory("orchestrator-failover-").FullName;
        await using var postgres = await PrivatePostgres.StartAsync();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 100 } });
        using var first = new Node("node-1", directory, postgres.ConnectionString, masterKey);
        using var second = new Node("node-2", directory, postgres.ConnectionString, masterKey);
        Node[] nodes = [first, second];
        await using (var balancer = await LoadBalancer.StartAsync(nodes))
            await Workspace.SeedAsync(directory, postgres.ConnectionString, simulator, balancer, new ChaosOptions { Messages = 6_000 * rounds, Concurrency = 4 });
        simulator.Simulation.Callbacks.Clear();
        Say($"lease {Node.LeaseSeconds} s, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start; seconds from kill -9 of one of two nodes until the other");
        Say($"| round | has its work | sends a message of its batches | fires a trigger |");
        Say($"|---|---:|---:|---:|");
        var results = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            results.Add(await new Failing(nodes[round % 2], nodes[(round + 1) % 2], postgres.ConnectionString).RunAsync());
            Say($"| {round} | {results[^1].Work:F1} | {results[^1].Message:F1} | {results[^1].Trigger:F1} |");
        }
        Say($"| median | {Median(results, row => row.Work):F1} | {Median(results, row => row.Message):F1} | {Median(results, row => row.Trigger):F1} |");
        var isWhole = await EndAsync(postgres.ConnectionString, simulator);
        foreach (var node in nodes)
            node.Dispose();   // they write into the directory
        Directory.Delete(directory, recursive: true);
        return isWhole ? 0 : 1;
    }

    /// <summary>The node that is left brings the job to its end alone; then ledger and provider are compared.</summary>
    private static async Task<bool> EndAsync(string connectionString, SimulatorHost simulator)
    {
        var began = Stopwatch.GetTimestamp();
        await using var connection = new NpgsqlConnection(connectionString);
        while (await connection.ExecuteScalarAsync<long>("SELECT (SELECT COUNT(*) FROM occurrences WHERE planned_to IS NOT NULL) + (SELECT COUNT(*) FROM messages WHERE state IN (0, 1, 6)) + (SELECT COUNT(*) FROM message_issues WHERE settle_after > 0 AND state = 8)") > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(10))
                throw new TimeoutException("The node that is left did not come to the end.");
            await Task.Delay(200);
        }
        var log = simulator.Simulation.Log.Summary();
        var members = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM audience_members WHERE arm = 'Treated'");
        var (rows, sent, unknown) = await connection.QuerySingleAsync<(long, long, long)>("SELECT COUNT(*), COUNT(*) FILTER (WHERE state IN (2, 3)), COUNT(*) FILTER (WHERE state = 8) FROM messages");
        var wereUnknown = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM message_issues WHERE reason = 21");
        Say($"{Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s after the last take-over the other node had ended the job alone: {rows:N0} of {members:N0} members in the ledger, {sent:N0} sent of {log.Accepted:N0} that the provider took,");
        Say($"{Math.Max(0, members - rows) + Math.Max(0, sent - log.Accepted):N0} lost, {log.DuplicateIds.Count:N0} sent twice; {wereUnknown:N0} were unknown after the kills, {unknown:N0} still are and are listed");
        return rows == members && log.DuplicateIds.Count == 0 && sent <= log.Accepted && log.Accepted <= sent + unknown;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double Median(List<Round> rounds, Func<Round, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);

    private sealed record Round(double Work, double Message, double Trigger);

    /// <summary>One kill, watched from the database.</summary>
    private sealed class Failing(Node victim, Node heir, string connectionString)
    {
        private const string MessagesOfOrphans = """
            SELECT 1 FROM scheduled_work w
            JOIN send_batches b ON b.occurrence_id = (w.payload::json ->> 'occurrenceId')::bigint AND b.no = (w.payload::json ->> 'no')::int
            JOIN messages m ON m.occurrence_id = b.occurrence_id AND m.customer_no BETWEEN b.first_customer AND b.last_customer
            WHERE w.id = ANY(@orphans)
            """;

        public async Task<Round> RunAsync()
        {
            // A node that had just given its batches back leaves nothing to take over: then it is killed again.
            List<Guid> orphans;
            long killed;
            do
            {
                foreach (var node in new[] { victim, heir }.Where(node => !node.IsRunning))
                    node.Start();
                await UntilAsync(async () => await victim.IsReadyAsync() && await heir.IsReadyAsync());
                await UntilAsync(async () => (await LeasedAsync()).Count > 0);
                await victim.KillAsync();
                killed = Stopwatch.GetTimestamp();
                orphans = await LeasedAsync();
            }
            while (!await ExistsAsync($"SELECT EXISTS ({MessagesOfOrphans} AND m.state = 0)", orphans));
            var ticks = await TicksAsync();
            var times = await Task.WhenAll(
                TimeAsync(killed, () => ExistsAsync("SELECT EXISTS (SELECT 1 FROM scheduled_work WHERE id = ANY(@orphans) AND node = @heir)", orphans)),
                TimeAsync(killed, () => ExistsAsync($"SELECT EXISTS ({MessagesOfOrphans} AND m.state IN (2, 3) AND m.epoch = (SELECT epoch FROM nodes WHERE name = @heir))", orphans)),
                TimeAsync(killed, async () => await TicksAsync() > ticks));
            return new Round(times[0], times[1], times[2]);
        }

        private static async Task<double> TimeAsync(long since, Func<Task<bool>> condition)
        {
            await UntilAsync(condition);
            return Stopwatch.GetElapsedTime(since).TotalSeconds;
        }

        private static async Task UntilAsync(Func<Task<bool>> condition)
        {
            var began = Stopwatch.GetTimestamp();
            while (!await condition())
            {
                if (Stopwatch.GetElapsedTime(began) > Patience)
                    throw new TimeoutException("The other node did not take over.");
                await Task.Delay(50);
            }
        }

        private async Task<List<Guid>> LeasedAsync()
        {
            await using var connection = new NpgsqlConnection(connectionString);
            return [.. await connection.QueryAsync<Guid>("SELECT id FROM scheduled_work WHERE kind = 'send-batch' AND state = 'Leased' AND node = @name", new { name = victim.Name })];
        }

        private async Task<bool> ExistsAsync(string sql, List<Guid> orphans)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            return await connection.ExecuteScalarAsync<bool>(sql, new { orphans = orphans.ToArray(), heir = heir.Name });
        }

        private async Task<long> TicksAsync()
        {
            await using var connection = new NpgsqlConnection(connectionString);
            return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM scheduled_work WHERE key LIKE @tick", new { tick = Workspace.TickKey + "@%" });
        }
    }
}
