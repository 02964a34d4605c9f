using System.Data.Common;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>The real program, killed with -9 while it drops a month, each time at another line, and started again.</summary>
public sealed class KilledDropTests
{
    private const int Limit = 90;
    private readonly WrittenMonths months = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One transaction: the test holds what it needs next, and kills whoever waits for it.</summary>
    [Fact]
    public async Task On_PostgreSQL_a_drop_that_is_killed_before_its_commit_did_nothing_and_after_it_everything()
    {
        await using var host = await HostProcess.PrepareAsync(DatabaseDialect.PostgreSql, months.WriteAsync);
        await host.StartAsync();
        var before = await FiguresAsync(host);
        await using var watcher = await host.ConnectAsync();
        var rows = await WrittenMonths.RowsAsync(watcher);
        var month = months.Month.Number;

        await KillWhereItWaitsAsync(host, $"LOCK TABLE messages_{month} IN ROW EXCLUSIVE MODE", "IN EXCLUSIVE MODE", () => AgreeAsync(host));   // a sender still at it
        foreach (var (held, waits) in new[]
        {
            ("LOCK TABLE held_messages IN SHARE MODE", "INSERT INTO held_messages"),   // the figures are kept, nothing is copied
            ($"SELECT 1 FROM audit_heads WHERE chain = '{LedgerMonths.Chain}' FOR UPDATE", "audit_heads"),   // everything but its entry
        })
        {
            await AssertNothingHappenedAsync(watcher, rows);
            await KillWhereItWaitsAsync(host, held, waits, host.StartAsync);
        }
        await AssertNothingHappenedAsync(watcher, rows);
        await using (var reader = await host.ConnectAsync())
        {
            // Somebody reads the whole ledger: the empty tables can't be thrown away.
            await using var open = await reader.BeginTransactionAsync(Token);
            await reader.ExecuteAsync("LOCK TABLE ONLY link_clicks, ONLY manual_messages, ONLY message_issues, ONLY messages, ONLY occurrence_members, ONLY provider_refs, ONLY sent_addresses, ONLY tracked_links IN ACCESS SHARE MODE", transaction: open);
            await host.StartAsync();
            await Eventually.HoldsAsync(async () => await StateAsync(watcher) == DropState.Dropped, "the drop is committed", Limit);
            await host.KillAsync();
        }
        Assert.Equal(8, await TablesAsync(watcher, month));

        await host.InProcessAsync(services => services.GetRequiredService<Database>().WriteAsync(
            (tx, token) => services.GetRequiredService<WorkSchedule>().EnqueueAsync(tx, new NewWork(KeepLedgerMonths.WorkKind, "tonight", TimeProvider.System.GetUtcNow()), token), Token));
        await host.StartAsync();
        await Eventually.HoldsAsync(async () => await TablesAsync(watcher, month) == 0, "the night's run threw the tables away", Limit);
        await AssertDroppedOnceAsync(host, watcher, before, rows);
    }

    /// <summary>Slices: triggers make them slow, and the test kills in the middle of one.</summary>
    [Fact]
    public async Task On_SQLite_a_drop_that_is_killed_between_and_in_its_slices_goes_on_where_it_was()
    {
        await using var host = await HostProcess.PrepareAsync(DatabaseDialect.Sqlite, months.WriteAsync);
        await using var watcher = await host.ConnectAsync();
        foreach (var table in new[] { "messages", "sandbox_messages" })
            await watcher.ExecuteAsync($"CREATE TRIGGER slow_{table} BEFORE DELETE ON {table} BEGIN SELECT (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT MAX(i) FROM n); END");
        await host.StartAsync();
        var before = await FiguresAsync(host);
        var rows = await WrittenMonths.RowsAsync(watcher);
        var all = await LeftAsync(watcher, "messages");

        await AgreeAsync(host);
        await KillWhenAsync(host, async () => await StateAsync(watcher) == DropState.Going, "the figures are kept");
        var left = await LeftAsync(watcher, "messages");
        Assert.InRange(left, 1, all);
        await host.StartAsync();
        await KillWhenAsync(host, async () => await LeftAsync(watcher, "messages") < left, "a slice is gone");
        Assert.InRange(await LeftAsync(watcher, "messages"), 1, left - 1);
        await watcher.ExecuteAsync("DROP TRIGGER slow_messages");
        await host.StartAsync();
        await KillWhenAsync(host, async () => await LeftAsync(watcher, "tracked_links") == 0, "the messages are gone and most of what is beside them");
        Assert.Equal((DropState.Going, 0), (await StateAsync(watcher), await LeftAsync(watcher, "messages")));
        Assert.NotEqual(0, await LeftAsync(watcher, "sandbox_messages"));
        await watcher.ExecuteAsync("DROP TRIGGER slow_sandbox_messages");

        await host.StartAsync();
        await Eventually.HoldsAsync(async () => await StateAsync(watcher) == DropState.Dropped, "the drop is done", Limit);
        await AssertDroppedOnceAsync(host, watcher, before, rows);
    }

    private static async Task AssertNothingHappenedAsync(DbConnection watcher, List<string> rows)
    {
        Assert.Equal(DropState.Approved, await StateAsync(watcher));
        Assert.Equal(rows, await WrittenMonths.RowsAsync(watcher));
        Assert.Equal(0, await watcher.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM held_messages"));
    }

    private async Task AssertDroppedOnceAsync(HostProcess host, DbConnection watcher, Figures before, List<string> rows)
    {
        var number = months.Month.Number.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(rows.Where(row => !row.Contains($" {number} ", StringComparison.Ordinal)), await WrittenMonths.RowsAsync(watcher));
        var after = await FiguresAsync(host);
        Assert.Equal(before.Campaigns, after.Campaigns);
        Assert.Equal(before.Histories, after.Histories);
        // One failed, and clicked; each has its address, reference, link and sandbox text.
        Assert.Equal(["1 1", "2 2", "3 2", "4 2", "6 2", "7 2"], await watcher.QueryAsync<string>("SELECT CAST(kind AS TEXT) || ' ' || CAST(COUNT(*) AS TEXT) FROM held_evidence GROUP BY kind ORDER BY kind"));
        await host.KillAsync();
        await host.InProcessAsync(async services =>
        {
            var (drop, chain, verdict) = await services.GetRequiredService<Database>().ReadAsync(
                async (db, token) => (
                    await db.MonthDrops.SingleAsync(token),
                    await db.AuditEvents.Where(row => row.Chain == LedgerMonths.Chain).OrderBy(row => row.Seq).Select(row => row.Type).ToListAsync(token),
                    await AuditChain.VerifyAsync(db, LedgerMonths.Chain, token)), Token);
            Assert.Equal((DropState.Dropped, Count(rows, "messages", number), WrittenMonths.Held.Count), (drop.State, drop.Messages, (int)drop.KeptApart));
            Assert.Equal(["ledger-month-drop-requested", "ledger-month-drop-approved", "ledger-month-dropped"], chain);
            Assert.Null(verdict.Why);
        });
        // The work is done, not due again.
        Assert.Equal(["Done"], await watcher.QueryAsync<string>($"SELECT state FROM scheduled_work WHERE kind = '{DropMonth.WorkKind}'"));
    }

    private static async Task KillWhereItWaitsAsync(HostProcess host, string held, string waits, Func<Task> begin)
    {
        await using var holder = await host.ConnectAsync();
        await using var open = await holder.BeginTransactionAsync(Token);
        await holder.ExecuteAsync(held, transaction: open);
        await using var watcher = await host.ConnectAsync();
        await begin();
        await KillWhenAsync(
            host,
            () => watcher.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || @waits || '%')", new { waits }),
            $"the drop waits at {waits}");
    }

    private static async Task KillWhenAsync(HostProcess host, Func<Task<bool>> condition, string what)
    {
        await Eventually.HoldsAsync(condition, what, Limit);
        await host.KillAsync();
    }

    private async Task AgreeAsync(HostProcess host)
    {
        using var platform = await host.SignInAsync("pan");
        using var compliance = await host.SignInAsync("shen");
        using var asked = await platform.PostAsJsonAsync($"/api/v1/ledger/months/{months.Month}/drop", new { reason = "the term is over" }, Token);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync(Token));
        using var agreed = await compliance.PostAsync($"/api/v1/ledger/months/{months.Month}/drop/approval", null, Token);
        Assert.True(agreed.IsSuccessStatusCode, await agreed.Content.ReadAsStringAsync(Token));
    }

    /// <summary>What people are told of both months, whether it was dropped aside.</summary>
    private async Task<Figures> FiguresAsync(HostProcess host)
    {
        using var reader = await host.SignInAsync("shen");
        var campaigns = new List<string>();
        foreach (var campaign in months.Campaigns)
        {
            var report = Assert.Single((await reader.GetFromJsonAsync<JsonElement>($"/api/v1/campaigns/{campaign}/reports", Token)).EnumerateArray());
            Assert.True(report.GetProperty("addsUp").GetBoolean(), report.ToString());
            campaigns.Add($"{report.GetProperty("audience")} {report.GetProperty("lines")}");
            foreach (var figure in new[] { "ledger", "links", "experiments" })
                campaigns.Add(await reader.GetStringAsync($"/api/v1/campaigns/{campaign}/{figure}", Token));
        }
        var histories = new List<string>();
        foreach (var customer in WrittenMonths.Held)
        {
            var history = await reader.GetFromJsonAsync<JsonElement>($"/api/v1/customers/{customer}/history", Token);
            histories.AddRange(history.EnumerateArray().SelectMany(row => row.GetProperty("messages").EnumerateArray()).Select(line => $"{line.GetProperty("messageId")} {line.GetProperty("state")} {line.GetProperty("reason")} {line.GetProperty("changedAt")}"));
        }
        Assert.Equal(WrittenMonths.Held.Count * 2, histories.Count);
        return new Figures(campaigns, histories);
    }

    private static long Count(List<string> rows, string table, string month) =>
        long.Parse(rows.Single(row => row.StartsWith($"{table} {month} ", StringComparison.Ordinal)).Split(' ')[2], CultureInfo.InvariantCulture);

    private static async Task<DropState?> StateAsync(DbConnection watcher) =>
        await watcher.ExecuteScalarAsync<string?>("SELECT state FROM ledger_month_drops") is { } state ? Enum.Parse<DropState>(state) : null;

    private Task<long> LeftAsync(DbConnection watcher, string table) =>
        watcher.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE occurrence_id > @FirstId AND occurrence_id < @EndId", new { months.Month.FirstId, months.Month.EndId });

    private static Task<int> TablesAsync(DbConnection watcher, int month) =>
        watcher.ExecuteScalarAsync<int>(@"SELECT COUNT(*) FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE '%\_' || @month", new { month = month.ToString(CultureInfo.InvariantCulture) });

    private sealed record Figures(IReadOnlyList<string> Campaigns, IReadOnlyList<string> Histories);
}
