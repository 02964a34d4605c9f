using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>The ledger by month: ids that say their month, and on PostgreSQL a partition for each.</summary>
public sealed class LedgerMonthTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_month_is_that_of_the_companys_calendar_and_reads_from_every_id()
    {
        var lastSecond = new DateTimeOffset(2026, 12, 31, 15, 59, 59, TimeSpan.Zero);

        Assert.Equal("2026-12", LedgerMonth.Of(lastSecond, Shanghai).ToString());
        var january = LedgerMonth.Of(lastSecond.AddSeconds(1), Shanghai);
        Assert.Equal(("2027-01", 202701000000, 202702000000, "2026-12"), (january.ToString(), january.FirstId, january.EndId, january.Add(-1).ToString()));
        Assert.Equal(january, LedgerMonth.OfOccurrence(202701000042));
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(8)), january.StartsAt(Shanghai));
    }

    [Theory]
    [InlineData("2026-13"), InlineData("2026-00"), InlineData("2026-1"), InlineData("202611"), InlineData("2026-11-01"), InlineData(" 2026-11"), InlineData("1999-11"), InlineData("0000-01")]
    [InlineData("2026-11'; DROP TABLE messages; --"), InlineData("٢٠٢٦-١١"), InlineData(""), InlineData(null)]
    public void What_is_no_month_is_not_taken_for_one(string? text) => Assert.False(LedgerMonth.TryParse(text, out _));

    [Theory, ClassData(typeof(Dialects))]
    public async Task Messages_lie_in_the_month_that_they_are_due_in(DatabaseDialect dialect)
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions(), Token);
        await using var host = await TestHost.StartAsync(dialect);   // 23 November
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(3);
        await bed.AddGatewayAsync(simulator);
        await bed.LaunchAsync(ReachoutBed.Brief(host.Clock.GetUtcNow()));
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "November's messages are out");

        await bed.LaunchAsync(ReachoutBed.Brief(new DateTimeOffset(2027, 2, 1, 2, 0, 0, TimeSpan.Zero)));   // nobody has made February yet
        host.Clock.Advance(new DateTimeOffset(2027, 2, 1, 2, 0, 1, TimeSpan.Zero) - host.Clock.GetUtcNow());
        await Eventually.HoldsAsync(async () => await bed.StateAsync() == ReachoutState.Completed, "February's messages are out");

        Assert.Equal([202611000001, 202702000001], await host.Database.ReadAsync((db, token) => db.Messages.Select(row => row.OccurrenceId).Distinct().Order().ToListAsync(token), Token));
        await bed.AssertCountersMatchAsync();
        if (dialect == DatabaseDialect.PostgreSql)
            Assert.Equal([3, 3], await QueryAsync<long>(host, "SELECT COUNT(*) FROM messages_202611 UNION ALL SELECT COUNT(*) FROM messages_202702"));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task What_is_late_belongs_to_the_month_in_which_it_is_given_out(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        var bed = new ReachoutBed(host.Services);

        await bed.LaunchAsync(ReachoutBed.Brief(new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.Zero)));

        Assert.Equal(202611000001, await host.Database.ReadAsync((db, token) => db.Occurrences.Select(row => row.Id).SingleAsync(token), Token));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Many_launches_at_once_share_a_month_that_nobody_has_made_yet(DatabaseDialect dialect)
    {
        await using var first = await TestHost.StartAsync(dialect);
        await using var second = dialect == DatabaseDialect.PostgreSql ? await TestHost.StartBesideAsync(first) : null;
        var due = new DateTimeOffset(2027, 5, 20, 2, 0, 0, TimeSpan.Zero);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => new ReachoutBed((i % 2 == 0 ? first : second ?? first).Services).LaunchAsync(ReachoutBed.Brief(due), members: false)));

        Assert.Equal(Enumerable.Range(1, 12).Select(n => 202705000000 + n), await first.Database.ReadAsync((db, token) => db.Occurrences.Select(row => row.Id).Order().ToListAsync(token), Token));
        if (dialect == DatabaseDialect.PostgreSql)
            Assert.Equal(8, Assert.Single(await QueryAsync<long>(first, "SELECT COUNT(*) FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE '%\\_202705'")));
    }

    [Fact]
    public async Task This_month_and_the_next_are_there_before_they_are_needed_and_making_them_holds_no_sender_up()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        Assert.Equal([202611, 202612], await MonthsAsync(host));

        // A sender in the middle of its transaction.
        await using var sender = new NpgsqlConnection(host.Postgres);
        await sender.OpenAsync(Token);
        await using var open = await sender.BeginTransactionAsync(Token);
        await sender.ExecuteAsync("UPDATE messages SET state = state; DELETE FROM sent_addresses; DELETE FROM provider_refs", transaction: open);

        await host.Services.GetRequiredService<LedgerPartitions>().EnsureAsync(LedgerMonth.OfOccurrence(202806000001), Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal([202611, 202612, 202806], await MonthsAsync(host));

        await open.RollbackAsync(Token);
        host.Clock.Advance(TimeSpan.FromDays(9));   // 2 December: the night before made January
        await Eventually.HoldsAsync(async () => (await MonthsAsync(host)).Contains(202701), "the night's run made the next month");
    }

    [Fact]
    public async Task The_statements_of_the_send_path_look_at_one_month_only()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.PostgreSql);
        var partitions = host.Services.GetRequiredService<LedgerPartitions>();
        foreach (var month in Enumerable.Range(0, 6))
            await partitions.EnsureAsync(LedgerMonth.OfOccurrence(202701000001).Add(month), Token);
        var lease = LedgerMonth.Direct("SELECT * FROM messages m WHERE m.occurrence_id = $1", DatabaseDialect.PostgreSql, 202703000007);

        await using var connection = new NpgsqlConnection(host.Postgres);
        await connection.OpenAsync(Token);
        await connection.ExecuteAsync($"SET plan_cache_mode = force_generic_plan; PREPARE direct(bigint) AS {lease}; PREPARE whole(bigint) AS SELECT * FROM messages m WHERE m.occurrence_id = $1");
        var direct = string.Join('\n', await connection.QueryAsync<string>("EXPLAIN EXECUTE direct(202703000007)"));
        var whole = string.Join('\n', await connection.QueryAsync<string>("EXPLAIN EXECUTE whole(202703000007)"));

        Assert.Contains("messages_202703", direct, StringComparison.Ordinal);
        Assert.DoesNotContain("Append", direct, StringComparison.Ordinal);
        Assert.Contains("Subplans Removed: 7", whole, StringComparison.Ordinal);   // reads by people prune when they begin
    }

    private static Task<List<int>> MonthsAsync(TestHost host) =>
        QueryAsync<int>(host, "SELECT substring(c.relname from '_(\\d{6})$')::int AS month FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'messages'::regclass ORDER BY 1");

    private static Task<List<T>> QueryAsync<T>(TestHost host, string sql) =>
        host.Database.ReadAsync(async (db, _) => (await db.Database.GetDbConnection().QueryAsync<T>(sql)).ToList(), Token);
}
