using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Scheduling;

public sealed class SchedulingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Work_runs_once_when_its_time_comes(DatabaseDialect dialect)
    {
        var handler = new Recorder();
        await using var host = await TestHost.StartAsync(dialect, customise: handler.AddTo);
        await EnqueueAsync(host, "a", host.Clock.GetUtcNow().AddHours(1));
        await EnqueueAsync(host, "b", host.Clock.GetUtcNow().AddHours(2));

        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await Eventually.HoldsAsync(() => StateIsAsync(host, "a", WorkState.Done), "a done");

        Assert.Equal(["a"], handler.Runs);
        Assert.True(await StateIsAsync(host, "b", WorkState.Due));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Work_that_keeps_failing_becomes_an_incident_and_can_be_retried(DatabaseDialect dialect)
    {
        var handler = new Recorder { Fails = true };
        await using var host = await TestHost.StartAsync(dialect, customise: handler.AddTo);
        using var platform = await host.SignInAsync("ops", Role.Platform);
        await EnqueueAsync(host, "a", host.Clock.GetUtcNow());

        for (var attempt = 1; attempt <= WorkLeases.AttemptLimit; attempt++)
        {
            var wanted = attempt;
            await Eventually.HoldsAsync(() => Task.FromResult(handler.Runs.Count >= wanted), $"attempt {wanted}");
            await Eventually.HoldsAsync(async () => !await StateIsAsync(host, "a", WorkState.Leased), "settled");
            host.Clock.Advance(TimeSpan.FromHours(1));
        }
        var incident = Assert.Single((await platform.GetFromJsonAsync<JsonElement>("/api/v1/incidents", Token)).EnumerateArray());
        Assert.Equal("InvalidOperationException: no luck", incident.GetProperty("message").GetString());

        handler.Fails = false;
        using var retry = await platform.PostAsync($"/api/v1/incidents/{incident.GetProperty("id").GetString()}/retry", null, Token);
        Assert.Equal(HttpStatusCode.NoContent, retry.StatusCode);
        await Eventually.HoldsAsync(() => StateIsAsync(host, "a", WorkState.Done), "a done");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_a_dead_node_had_leased_is_run_by_the_next_start(DatabaseDialect dialect)
    {
        var handler = new Recorder();
        await using var host = await TestHost.StartAsync(dialect, customise: handler.AddTo);
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                var at = host.Clock.GetUtcNow();
                tx.Db.Add(new ScheduledWork { Id = Guid.CreateVersion7(at), Kind = Recorder.TheKind, Key = "left", Due = at, Payload = "{}", State = WorkState.Leased, Node = "gone", Epoch = 999, Attempts = 1, CreatedAt = at });
                return Task.CompletedTask;
            },
            Token);

        await Eventually.HoldsAsync(() => StateIsAsync(host, "left", WorkState.Done), "left done");
    }

    [Fact]
    public async Task A_node_renews_its_lease_while_it_commits_and_a_take_over_waits_for_the_commit()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        var lease = host.Services.GetRequiredService<NodeLease>();
        var later = new NodeLease(host.Database, host.Services.GetRequiredService<OrchestratorOptions>(), TimeProvider.System);
        var takeOver = Task.CompletedTask;

        await host.Database.WriteAsync(
            async (tx, token) =>
            {
                await lease.CheckAsync(tx, token);
                Assert.True(await lease.RenewAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), Token), "renewed beside an open transaction");
                takeOver = later.AcquireAsync(Token);
                await Eventually.HoldsAsync(
                    () => host.Database.ReadAsync(async (db, inner) => await db.Database.SqlQuery<int>($"SELECT COUNT(*)::int AS \"Value\" FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())").SingleAsync(inner) > 0, Token),
                    "the take-over waits");
                Assert.False(takeOver.IsCompleted);
            },
            Token);

        await takeOver.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.True(later.Epoch > lease.Epoch, "fenced off");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_recurring_trigger_missed_many_times_fires_once(DatabaseDialect dialect)
    {
        var handler = new Recorder();
        await using var host = await TestHost.StartAsync(dialect, customise: handler.AddTo);
        await host.Database.WriteAsync(
            (tx, token) => host.Services.GetRequiredService<RecurringTriggers>().SetAsync(tx, new NewTrigger("daily", Recorder.TheKind, "0 30 9 * * ?", "Asia/Shanghai"), token), Token);

        host.Clock.Advance(TimeSpan.FromDays(3));
        await Eventually.HoldsAsync(() => Task.FromResult(handler.Runs.Count == 1), "fired");
        host.Clock.Advance(TimeSpan.FromDays(1));
        await Eventually.HoldsAsync(() => Task.FromResult(handler.Runs.Count == 2), "fired again");

        Assert.Equal(["daily@20261125T013000Z", "daily@20261126T013000Z"], handler.Runs);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_node_that_was_taken_over_can_commit_nothing(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var frozen = host.Services.GetRequiredService<NodeLease>();
        var next = new NodeLease(host.Database, new OrchestratorOptions { NodeName = frozen.Name }, TimeProvider.System);
        await next.AcquireAsync(Token);

        await Assert.ThrowsAsync<LeaseLostException>(() => host.Database.WriteAsync((tx, token) => frozen.CheckAsync(tx, token), Token));
        await host.Database.WriteAsync((tx, token) => next.CheckAsync(tx, token), Token);
        Assert.False(await frozen.RenewAsync(Token));
    }

    private static Task EnqueueAsync(TestHost host, string key, DateTimeOffset due) =>
        host.Database.WriteAsync(
            (tx, token) => host.Services.GetRequiredService<WorkSchedule>().EnqueueAsync(tx, new NewWork(Recorder.TheKind, key, due), token), Token);

    private static Task<bool> StateIsAsync(TestHost host, string key, WorkState state) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.AnyAsync(row => row.Key == key && row.State == state, token), Token);

    private sealed class Recorder : IWorkHandler
    {
        public const string TheKind = "test";
        private IServiceProvider? services;

        public bool Fails { get; set; }

        public string Kind => TheKind;

        public ConcurrentQueue<string> Runs { get; } = [];

        public void AddTo(IServiceCollection collection) =>
            collection.AddSingleton<IWorkHandler>(provider =>
            {
                services = provider;
                return this;
            });

        public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
        {
            Runs.Enqueue(item.Key);
            if (Fails)
                throw new InvalidOperationException("no luck");
            var schedule = services!.GetRequiredService<WorkSchedule>();
            await services!.GetRequiredService<Database>().WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
        }
    }
}
