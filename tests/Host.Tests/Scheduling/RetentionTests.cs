using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops.Messages;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Tests.Scheduling;

public sealed class RetentionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task At_night_what_has_served_its_time_goes_and_what_is_not_finished_stays(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var (now, real) = (host.Clock.GetUtcNow(), TimeProvider.System.GetUtcNow());
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                for (var i = 0; i < 1_200; i++)
                    tx.Db.Add(Work($"old{i}", WorkState.Done, now.AddDays(-31)));
                tx.Db.AddRange(Work("cancelled", WorkState.Cancelled, now.AddDays(-31)), Work("fresh", WorkState.Done, now.AddDays(-29)), Work("failed", WorkState.Failed, now.AddDays(-400)), Work("due", WorkState.Due, now.AddDays(-400)));
                tx.Db.AddRange(Receipt(InboxState.Applied, -31), Receipt(InboxState.Applied, -29), Receipt(InboxState.Pending, -400), Receipt(InboxState.Unmatched, -400));
                tx.Db.AddRange(Run(InstanceStatus.Completed, -91), Run(InstanceStatus.Cancelled, -91), Run(InstanceStatus.Completed, -60), Run(InstanceStatus.Active, -400));
                tx.Db.AddRange(Early(-1), Early(2));
                tx.Db.AddRange(Key("old", real.AddDays(-8)), Key("fresh", real.AddDays(-6)));
                return Task.CompletedTask;
            },
            Token);

        host.Clock.Advance(TimeSpan.FromDays(1));   // past a quarter past three

        await Eventually.HoldsAsync(async () => (await WorkAsync(host)).Count == 4 && (await KeysAsync(host)).Count == 1 && await EarlyAsync(host) == 1, "the night's run is over", 60);
        Assert.Equal(["due", "failed", "fresh"], (await WorkAsync(host)).Where(key => !key.StartsWith("retention", StringComparison.Ordinal)));
        Assert.Equal(["fresh"], await KeysAsync(host));
        Assert.Equal([InboxState.Pending, InboxState.Applied, InboxState.Unmatched], await host.Database.ReadAsync((db, token) => db.ReceiptInbox.OrderBy(row => row.State).Select(row => row.State).ToListAsync(token), Token));

        Assert.Equal([InstanceStatus.Active, InstanceStatus.Completed], await host.Database.ReadAsync((db, token) => db.ProcessRuns.OrderBy(row => row.StartedAt).Select(row => row.Status).ToListAsync(token), Token));

        ProcessRun Run(InstanceStatus status, int days) => new() { Id = Guid.NewGuid(), DecisionsJson = "{}", State = "", Commands = "", Status = status, StartedAt = now.AddDays(days), UpdatedAt = now.AddDays(days) };

        EarlyMessage Early(int days) => new() { Id = Guid.NewGuid(), Name = "m", VariablesJson = "{}", Until = now.AddDays(days) };

        ScheduledWork Work(string key, WorkState state, DateTimeOffset at) => new()
        {
            Id = Guid.CreateVersion7(at), Kind = "nothing", Key = key, Due = state == WorkState.Due ? now.AddYears(1) : at, Payload = "{}", State = state, CreatedAt = at, DoneAt = state == WorkState.Done ? at : null,
        };

        InboxEntry Receipt(InboxState state, int days) => new() { AccountNo = 1, State = state, NextTry = long.MaxValue, ReceivedAt = now.AddDays(days), Content = "x" };

        static IdempotencyRecord Key(string key, DateTimeOffset at) => new() { UserName = "lin", Key = key, Route = "/", BodyHash = "x", At = at };
    }

    private static readonly int[] Ages = [0, 30, 35, 36, 400];

    /// <summary>The caps look back over 30 days of the customer's calendar.</summary>
    [Theory, ClassData(typeof(Dialects))]
    public async Task Days_that_no_frequency_cap_looks_at_go_and_none_that_somebody_is_writing_is_waited_for(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var today = DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime).DayNumber;
        await host.Database.WriteAsync(
            (tx, _) =>
            {
                // More than one slice, with a gap in the numbers.
                foreach (var customer in Enumerable.Range(1, 1_200).Append(900_000))
                    tx.Db.AddRange(Ages.Select(age => new CapDay { CustomerNo = customer, Purpose = (short)(customer % 2), Day = today - age, Used = 1 }));
                return Task.CompletedTask;
            },
            Token);

        if (dialect == DatabaseDialect.PostgreSql)
        {
            await host.Database.WriteAsync(
                async (tx, token) =>
                {
                    await tx.Db.Set<CapDay>().Where(row => row.CustomerNo == 7 && row.Day == today - 36).ExecuteUpdateAsync(set => set.SetProperty(row => row.Used, 0), token);
                    Assert.Equal((2 * 1_201) - 1, await PastCaps.PurgeAsync(host.Database, host.Clock.GetUtcNow(), token));
                },
                Token);
        }
        host.Clock.AdvanceTo(new DateTimeOffset(host.Clock.GetUtcNow().UtcDateTime.Date.AddHours(19).AddMinutes(20), TimeSpan.Zero));   // 03:20 in Shanghai

        await Eventually.HoldsAsync(async () => (await DaysAsync(host, today)).Count == 3, "the night's run is over", 60);
        Assert.Equal([(0, 1_201), (30, 1_201), (35, 1_201)], await DaysAsync(host, today));
    }

    private static async Task<List<(int Age, int Count)>> DaysAsync(TestHost host, int today) =>
        [.. (await host.Database.ReadAsync((db, token) => db.Set<CapDay>().GroupBy(row => row.Day).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(token), Token)).Select(row => (today - row.Key, row.Count)).OrderBy(row => row.Item1)];

    [Fact]
    public void A_term_out_of_range_stops_the_program_and_names_its_key()
    {
        var stop = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => OrchestratorApp.Create(
            ["--environment", "Development", "--Orchestrator:SeedDemo=false", $"--Orchestrator:DataDirectory={Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())}", "--Orchestrator:KeepIdempotencyKeysDays=3"])
            .Services.GetRequiredService<OrchestratorOptions>());
        Assert.Contains("KeepIdempotencyKeysDays", stop.Message, StringComparison.Ordinal);
    }

    private static Task<List<string>> WorkAsync(TestHost host) =>
        host.Database.ReadAsync((db, token) => db.ScheduledWork.Where(row => row.Kind == "nothing" || row.Kind == "retention").OrderBy(row => row.Key).Select(row => row.Key).ToListAsync(token), Token);

    private static Task<int> EarlyAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.EarlyMessages.CountAsync(token), Token);

    private static Task<List<string>> KeysAsync(TestHost host) => host.Database.ReadAsync((db, token) => db.Set<IdempotencyRecord>().Select(row => row.Key).ToListAsync(token), Token);
}
