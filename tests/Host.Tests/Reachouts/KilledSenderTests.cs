using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>The real program as a process of its own, killed at random moments while it sends to a real HTTP server.</summary>
public sealed class KilledSenderTests
{
    private const int Messages = 5_000;
    private const int Kills = 10;
    private const string Key = "VGhlIG1hc3RlciBrZXkgb2YgdGhlIGtpbGwgdGVzdCE=";

    [Theory, ClassData(typeof(Dialects))]
    public async Task Killed_ten_times_while_sending_it_messages_nobody_twice_and_forgets_nobody(DatabaseDialect dialect)
    {
        var token = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("orchestrator-kill-").FullName;
        var postgres = dialect == DatabaseDialect.PostgreSql ? await TestPostgres.CreateDatabaseAsync() : null;
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = { LatencyMilliseconds = 10 } }, token);
        await SeedAsync(directory, postgres, simulator);
        simulator.Simulation.Callbacks.Clear();
        var kills = 0;
        var random = new Random(20261121);
        while (kills < Kills)
        {
            var before = simulator.Simulation.Log.Summary().Requests;
            using var program = Start(directory, postgres);
            var sends = await EventuallyAsync(() => simulator.Simulation.Log.Summary().Requests > before || program.HasExited, TimeSpan.FromSeconds(60));
            Assert.True(sends && !program.HasExited, $"After {kills} kills the program sends nothing more: {await DescribeAsync(directory, postgres)}\n{Output(program)}");
            await Task.Delay(random.Next(0, 250), token);
            Assert.True(await OpenAsync(directory, postgres) > 0, $"Everything was sent after {kills} kills; make the sending slower.");
            program.Kill();
            await program.WaitForExitAsync(token);
            kills++;
        }
        using (var last = Start(directory, postgres))
        {
            var done = await EventuallyAsync(async () => await OpenAsync(directory, postgres) == 0 && await UnsettledAsync(directory, postgres) == 0, TimeSpan.FromMinutes(3));
            Assert.True(done, $"Not finished: {await DescribeAsync(directory, postgres)}\n{(last.HasExited ? Output(last) : "")}");
            last.Kill();
            await last.WaitForExitAsync(token);
        }
        await AssertEverybodyOnceAsync(directory, postgres, simulator);
        if (postgres is not null)
            await TestPostgres.DropAsync(postgres);
        Directory.Delete(directory, recursive: true);
    }

    private static async Task AssertEverybodyOnceAsync(string directory, string? postgres, SimulatorHost simulator)
    {
        var log = simulator.Simulation.Log.Summary();
        Assert.Empty(log.RecipientsMessagedTwice);
        Assert.Empty(log.DuplicateIds);
        var states = await StatesAsync(directory, postgres);
        Assert.Equal(Messages, states.Values.Sum());
        var sent = states.GetValueOrDefault(MessageState.Accepted) + states.GetValueOrDefault(MessageState.Delivered);
        Assert.Equal(log.DistinctRecipients, sent + states.GetValueOrDefault(MessageState.Unknown));
        Assert.Equal(Messages, sent + states.GetValueOrDefault(MessageState.Unknown) + states.GetValueOrDefault(MessageState.Skipped));
        Assert.True(sent > Messages * 0.99, $"Only {sent} are known to be sent: {await DescribeAsync(directory, postgres)}");
    }

    private static async Task SeedAsync(string directory, string? postgres, SimulatorHost simulator)
    {
        Environment.SetEnvironmentVariable(Orchestrator.Host.Storage.MasterKey.Variable, Key);
        await using WebApplication app = OrchestratorApp.Create(Settings(directory, postgres, 0));
        await app.InitialiseAsync(TestContext.Current.CancellationToken);
        var bed = new ReachoutBed(app.Services);
        // Wherever the sun stands: a zone in which it is about noon.
        var offset = 12 - TimeProvider.System.GetUtcNow().Hour;
        var zone = offset == 0 ? "Etc/GMT" : string.Create(CultureInfo.InvariantCulture, $"Etc/GMT{(offset > 0 ? "-" : "+")}{Math.Abs(offset)}");
        await bed.AddCustomersAsync(Messages, (_, customer) => customer.TimeZone = zone);
        await bed.AddGatewayAsync(simulator, settings: Slow(simulator));
        await bed.LaunchAsync(ReachoutBed.Brief(TimeProvider.System.GetUtcNow()));
    }

    /// <summary>Few calls at a time, so that the sending outlives the kills.</summary>
    private static string Slow(SimulatorHost simulator)
    {
        var settings = JsonNode.Parse(simulator.SettingsFor("http-gateway"))!.AsObject();
        settings["concurrency"] = 2;
        settings["timeoutSeconds"] = 3;
        return settings.ToJsonString();
    }

    private static string[] Settings(string directory, string? postgres, int port) =>
    [
        "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
        "--environment", "Development",
        "--Logging:LogLevel:Default=Warning",
        "--Orchestrator:SeedDemo=false",
        $"--Orchestrator:DataDirectory={directory}/data",
        .. postgres is null ? Array.Empty<string>() : [$"--Orchestrator:PostgreSql={postgres}"],
    ];

    private static Process Start(string directory, string? postgres)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Host.dll");
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = directory, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(program);
        foreach (var setting in Settings(directory, postgres, FreePort()))
            start.ArgumentList.Add(setting);
        start.Environment[Orchestrator.Host.Storage.MasterKey.Variable] = Key;
        return Process.Start(start)!;
    }

    private static string Output(Process program)
    {
        if (!program.HasExited)
            program.Kill();
        return program.StandardOutput.ReadToEnd() + program.StandardError.ReadToEnd();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<Dictionary<MessageState, long>> StatesAsync(string directory, string? postgres) =>
        (await QueryAsync(directory, postgres, "SELECT state, COUNT(*) FROM messages GROUP BY state")).ToDictionary(row => (MessageState)row.Key, row => row.Count);

    private static async Task<long> OpenAsync(string directory, string? postgres)
    {
        var states = await StatesAsync(directory, postgres);
        return states.Count == 0 ? Messages : states.Where(pair => pair.Key.IsOpen()).Sum(pair => pair.Value);
    }

    private static async Task<long> UnsettledAsync(string directory, string? postgres) =>
        (await QueryAsync(directory, postgres, "SELECT 0, COUNT(*) FROM message_issues WHERE settle_after > 0")).Single().Count;

    private static async Task<string> DescribeAsync(string directory, string? postgres)
    {
        var states = string.Join(", ", (await StatesAsync(directory, postgres)).Select(pair => $"{pair.Key} {pair.Value}"));
        var work = string.Join(", ", await RowsAsync(directory, postgres, "SELECT kind || ' ' || state || ' ' || attempts || ' ' || COALESCE(last_error, '') AS text FROM scheduled_work WHERE state <> 'Done'"));
        return $"{states}; {work}";
    }

    private static async Task<IReadOnlyList<(long Key, long Count)>> QueryAsync(string directory, string? postgres, string sql)
    {
        await using var connection = await OpenDatabaseAsync(directory, postgres);
        return [.. await connection.QueryAsync<(long, long)>(sql)];
    }

    private static async Task<IEnumerable<string>> RowsAsync(string directory, string? postgres, string sql)
    {
        await using var connection = await OpenDatabaseAsync(directory, postgres);
        return await connection.QueryAsync<string>(sql);
    }

    private static async Task<DbConnection> OpenDatabaseAsync(string directory, string? postgres)
    {
        DbConnection connection = postgres is null ? new SqliteConnection($"Data Source={directory}/data/orchestrator.db;Default Timeout=30;Pooling=False") : new NpgsqlConnection(postgres);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static Task<bool> EventuallyAsync(Func<bool> condition, TimeSpan atMost) => EventuallyAsync(() => Task.FromResult(condition()), atMost);

    private static async Task<bool> EventuallyAsync(Func<Task<bool>> condition, TimeSpan atMost)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < atMost)
        {
            if (await condition())
                return true;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        return false;
    }
}
