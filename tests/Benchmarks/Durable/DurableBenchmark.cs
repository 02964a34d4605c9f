using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Benchmarks.Durable;

/// <summary>
/// Instances per second of an eight-step process through the host on PostgreSQL: start and eight pieces of work, each a command that is answered
/// after its commit. Counted are completed instances. Then: how soon the next task is in its list, with 100,000 open tasks.
/// <c>-- durable [seconds] [clients] [open tasks]</c>
/// </summary>
internal static class DurableBenchmark
{
    private const int Steps = 8;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = Number(args, 0, 10);
        var clients = Number(args, 1, 256);
        var openTasks = Number(args, 2, 100_000);
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_TEST_POSTGRES") is not { } server)
        {
            Console.Error.WriteLine("Set ORCHESTRATOR_TEST_POSTGRES to the connection string of a PostgreSQL server where databases may be created.");
            return 2;
        }
        var name = $"bench_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        var database = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
        var directory = Directory.CreateTempSubdirectory("orchestrator-bench-").FullName;
        await using (var app = OrchestratorApp.Create(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default=Error", "--Orchestrator:SeedDemo=false", $"--Orchestrator:DataDirectory={directory}/data", $"--Orchestrator:PostgreSql={database}"]))
        {
            await app.InitialiseAsync(CancellationToken.None);
            await app.StartAsync();
            Console.WriteLine($"PostgreSQL: fsync {await ScalarAsync(database, "SHOW fsync")}, synchronous_commit {await ScalarAsync(database, "SHOW synchronous_commit")}; {Environment.ProcessorCount} cores for all; load {await LoadAsync()}");
            var process = await AddAsync(app, "eight-steps");
            await RoundAsync(app, process, clients, 3, "warm-up");
            foreach (var round in new[] { "round 1", "round 2", "round 3" })
                await RoundAsync(app, process, clients, seconds, round);
            if (openTasks > 0)
                await TaskListBenchmark.RunAsync(app, database, await AddAsync(app, "two-desks"), openTasks);
            await app.StopAsync();
        }
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static async Task RoundAsync(WebApplication app, Guid process, int clients, int seconds, string round)
    {
        var runs = app.Services.GetRequiredService<ProcessRuns>();
        var (completed, commands, latencies) = (0L, 0L, new System.Collections.Concurrent.ConcurrentBag<double>());
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                var started = Stopwatch.GetTimestamp();
                var state = (await runs.StartAsync(process, Variables.Of(("customer", 7)), CancellationToken.None)).Value.State;
                for (var step = 1; step <= Steps; step++)
                    state = (await runs.StepAsync(Guid.Parse(state.Id), new Command.CompleteWork(state.Work[0].WorkId, Variables.Of(("step", step))), null, CancellationToken.None)).Value.State;
                if (state.Status != InstanceStatus.Completed)
                    throw new InvalidOperationException($"Run {state.Id} is {state.Status}.");
                latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds / (Steps + 1));
                Interlocked.Increment(ref completed);
                Interlocked.Add(ref commands, Steps + 1);
            }
        }));
        var taken = clock.Elapsed.TotalSeconds;
        var steps = latencies.Order().ToList();
        var load = await LoadAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{round,-8} {completed,8:N0} completed in {taken:N1} s = {completed / taken,6:N0} instances/s, {commands / taken,7:N0} durable steps/s; {clients} clients, mean step {steps.Average():N1} ms, p95 {At(steps, 0.95):N1} ms; {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Math.Max(1, commands):N0} µs host CPU a step; load {load}"));
    }

    internal static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static async Task<Guid> AddAsync(WebApplication app, string name)
    {
        var xml = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Durable", $"{name}.bpmn"));
        var version = new DefinitionVersion
        {
            Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch), Kind = DefinitionKind.Sop, Key = name, Version = 1, NameZh = name, NameEn = name, State = DefinitionState.Published,
            Xml = xml, Sha256 = name, ProblemsJson = "[]", UploadedBy = "bench", UploadedAt = DateTimeOffset.UnixEpoch,
        };
        await app.Services.GetRequiredService<Database>().WriteAsync((tx, _) =>
        {
            tx.Db.Add(version);
            return Task.CompletedTask;
        }, CancellationToken.None);
        return version.Id;
    }

    private static int Number(string[] args, int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    private static async Task<string> LoadAsync() => (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];

    private static async Task<object?> ScalarAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        return await command.ExecuteScalarAsync();
    }

    internal static Task ExecuteAsync(string server, string sql) => ScalarAsync(server, sql);
}
