using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

public sealed class MonthDropTests
{
    private const string Months = "/api/v1/ledger/months";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_month_goes_when_two_people_agree_and_every_report_goes_on_to_say_the_same(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(2));
        var (reports, links, _) = await FiguresAsync(old);
        var plan = await old.GetAsync<JsonElement>($"{Months}/2026-07");
        Assert.True(plan.GetProperty("month").GetProperty("canBeDropped").GetBoolean(), plan.ToString());
        Assert.Equal(await CountAsync(old, 202607), plan.GetProperty("rows").GetProperty("messages").GetInt64());
        Assert.Equal(2, plan.GetProperty("campaigns")[0].GetProperty("occurrences").GetInt32());

        await old.DropAsync("2026-07");

        Assert.Equal([202608], (await old.MessagesAsync()).Keys);
        Assert.Equal(0, (await old.GetAsync<JsonElement>($"{Months}/2026-07")).GetProperty("rows").EnumerateObject().Sum(table => table.Value.GetInt64()));
        var after = await FiguresAsync(old);
        Assert.Equal(reports, after.Reports);
        Assert.Contains(reports, line => line.Contains("holdout", StringComparison.Ordinal));
        Assert.Equal(links, after.Links);
        Assert.All(after.Dropped, Assert.True);
        var drop = (await old.DropOfAsync("2026-07"))!;
        Assert.Equal(("pan", "shen", "two years are over", 0L), (drop.RequestedBy, drop.ApprovedBy, drop.Reason, drop.KeptApart));
        Assert.Equal(plan.GetProperty("month").GetProperty("messages").GetInt64(), drop.Messages);
        Assert.Equal(["ledger-month-drop-requested", "ledger-month-drop-approved", "ledger-month-dropped"], await ChainAsync(old));
        if (dialect == DatabaseDialect.PostgreSql)
            await Eventually.HoldsAsync(async () => await old.Host.Database.ReadAsync((db, _) => db.Database.GetDbConnection().ExecuteScalarAsync<bool>("SELECT to_regclass('messages_202607') IS NULL AND to_regclass('link_clicks_202607') IS NULL AND to_regclass('messages_202608') IS NOT NULL"), Token), "the month's tables are gone, August's are there");
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_customers_history_says_that_the_month_was_dropped_when_and_by_whom(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(2));
        await old.DropAsync("2026-07");

        var history = await old.GetAsync<JsonElement>("/api/v1/customers/K0000002/history");
        var lines = history.EnumerateArray().SelectMany(campaign => campaign.GetProperty("messages").EnumerateArray()).ToList();
        var dropped = lines.Where(line => line.GetProperty("dropped").ValueKind == JsonValueKind.Object).ToList();
        Assert.Equal((3, 2), (lines.Count, dropped.Count));
        var why = dropped[0].GetProperty("dropped");
        Assert.Equal(("2026-07", "pan", "shen", false), (why.GetProperty("month").GetString(), why.GetProperty("requestedBy").GetString(), why.GetProperty("approvedBy").GetString(), why.GetProperty("isKeptApart").GetBoolean()));
        Assert.Equal(old.Host.Clock.GetUtcNow(), why.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, dropped[0].GetProperty("state").ValueKind);
        using var owner = await old.Host.SignInAsync("lin", Role.Owner);
        Assert.Single((await owner.GetStringAsync($"/api/v1/campaigns/{old.Recurring.CampaignId}/ledger.csv", Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
        // A receipt that comes years late meets nothing, and breaks nothing.
        var applied = await old.Host.Services.GetRequiredService<ReceiptApplier>().ApplyAsync(
            await old.Host.Database.ReadAsync((db, token) => db.ChannelAccounts.SingleAsync(token), Token), [new Channels.Receipt { MessageId = "202607000001.2.0", Attempt = 1, Status = Channels.ReceiptStatus.Delivered }], Token);
        Assert.Equal([default], applied);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_month_stays_while_anything_stands_against_it_and_each_reason_is_named(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect);
        Assert.Equal(["no-rule"], await ObstaclesAsync(old, "2026-07"));
        await old.PublishAsync(new LedgerTerm(3));
        Assert.Equal([], await ObstaclesAsync(old, "2026-07"));      // kept until November began
        Assert.Equal(["retention"], await ObstaclesAsync(old, "2026-08"));
        var now = new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);
        await ChangeAsync(old, "UPDATE occurrences SET state = 'Running' WHERE id = 202607000001");
        Assert.Equal(["running"], await ObstaclesAsync(old, "2026-07"));
        await ChangeAsync(old, "UPDATE occurrences SET state = 'Completed'");
        await ChangeAsync(old, "UPDATE message_counts SET state = 8 WHERE occurrence_id = 202607000001 AND state IN (2, 3)");
        Assert.Equal(["unknown"], await ObstaclesAsync(old, "2026-07"));
        await ChangeAsync(old, "UPDATE message_counts SET state = 6 WHERE occurrence_id = 202607000001 AND state = 8");
        Assert.Equal(["open"], await ObstaclesAsync(old, "2026-07"));
        await ChangeAsync(old, "UPDATE message_counts SET state = 2 WHERE occurrence_id = 202607000001 AND state = 6");
        await ChangeAsync(old, $"UPDATE occurrences SET latest_at = {now.AddDays(-29).ToUnixTimeMilliseconds()} WHERE id = 202607000002");
        Assert.Equal(["recent"], await ObstaclesAsync(old, "2026-07"));   // frequency caps look back over 30 days
        await ChangeAsync(old, $"UPDATE occurrences SET latest_at = {now.AddDays(-40).ToUnixTimeMilliseconds()} WHERE id = 202607000002");
        await ChangeAsync(old, $"UPDATE tracked_links SET expires_at = {now.AddDays(1).ToUnixTimeMilliseconds()} WHERE occurrence_id = 202607000001");
        Assert.Equal(["links"], await ObstaclesAsync(old, "2026-07"));

        using var platform = await old.Host.SignInAsync("pan", Role.Platform);
        using var refused = await platform.PostAsJsonAsync($"{Months}/2026-07/drop", new { reason = "x" }, Token);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((HttpStatusCode.Conflict, "urn:orchestrator:error:month-kept", "links"), (refused.StatusCode, problem.GetProperty("type").GetString(), problem.GetProperty("current")[0].GetProperty("kind").GetString()));
        Assert.Null(await old.DropOfAsync("2026-07"));
    }

    [Fact]
    public async Task What_comes_up_between_the_agreement_and_the_drop_keeps_the_month()
    {
        await using var old = await OldMonths.StartAsync(DatabaseDialect.PostgreSql, term: new LedgerTerm(2));
        await old.Host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new MonthDrop { Month = 202607, State = DropState.Approved, RequestedBy = "pan", RequestedAt = old.Host.Clock.GetUtcNow(), Reason = "r", ApprovedBy = "shen" });
                return Task.CompletedTask;
            },
            Token);
        await ChangeAsync(old, "UPDATE occurrences SET state = 'Running' WHERE id = 202607000001");
        var before = await CountAsync(old, 202607);

        await RunAsync(old.Host);

        Assert.Equal((DropState.Requested, null), ((await old.DropOfAsync("2026-07"))!.State, (await old.DropOfAsync("2026-07"))!.ApprovedBy));
        Assert.Equal(before, await CountAsync(old, 202607));
        Assert.Equal(["ledger-month-kept"], await ChainAsync(old));
    }

    [Fact]
    public async Task Every_door_asks_for_its_role_a_second_person_and_a_month_that_is_one()
    {
        await using var old = await OldMonths.StartAsync(DatabaseDialect.Sqlite, term: new LedgerTerm(2));
        using var owner = await old.Host.SignInAsync("lin", Role.Owner, Role.BusinessHead, Role.Finance);
        using var auditor = await old.Host.SignInAsync("qian", Role.Auditor);
        using var both = await old.Host.SignInAsync("duo", Role.Platform, Role.Compliance);
        using var compliance = await old.Host.SignInAsync("shen", Role.Compliance);
        var reason = new { reason = "over" };

        Assert.Equal(HttpStatusCode.Forbidden, (await owner.GetAsync(Months, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync(Months, Token)).StatusCode);
        foreach (var client in new[] { owner, auditor, compliance })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsJsonAsync($"{Months}/2026-07/drop", reason, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await both.PostAsJsonAsync($"{Months}/2026-07/drop", new { reason = " " }, Token)).StatusCode);
        foreach (var hostile in new[] { "2026-13", "2026-00", "202607", "all", "2026-07%27%3B%20DROP%20TABLE%20messages%3B--", "-1", "9999-99" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await both.PostAsJsonAsync($"{Months}/{hostile}/drop", reason, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await both.PostAsJsonAsync($"{Months}/2019-07/drop", reason, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await compliance.PostAsync($"{Months}/2026-07/drop/approval", null, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await both.PostAsJsonAsync($"{Months}/2026-07/drop", reason, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await both.PostAsJsonAsync($"{Months}/2026-07/drop", reason, Token)).StatusCode);
        using var bySame = await both.PostAsync($"{Months}/2026-07/drop/approval", null, Token);
        Assert.Contains("other-person-needed", await bySame.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsync($"{Months}/2026-07/drop/approval", null, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.DeleteAsync($"{Months}/2026-07/drop", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await compliance.DeleteAsync($"{Months}/2026-07/drop", Token)).StatusCode);
        Assert.Equal([202607, 202608], (await old.MessagesAsync()).Keys.Order());

        await old.DropAsync("2026-07");
        foreach (var again in new[] { await compliance.PostAsync($"{Months}/2026-07/drop/approval", null, Token), await both.PostAsJsonAsync($"{Months}/2026-07/drop", reason, Token), await both.DeleteAsync($"{Months}/2026-07/drop", Token) })
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_program_that_dies_between_two_steps_goes_on_where_it_was_and_nothing_is_lost_meanwhile()
    {
        await using var old = await OldMonths.StartAsync(DatabaseDialect.Sqlite, customers: 700, term: new LedgerTerm(2));   // two slices a day
        var (reports, links, _) = await FiguresAsync(old);
        var (firstCustomer, lastCustomer) = await old.MessagedAsync();
        await HoldAsync(old, firstCustomer);
        await HoldAsync(old, lastCustomer);
        var messages = await CountAsync(old, 202607);
        var held = await HeldInLedgerAsync(old);
        Assert.Equal(4, held);   // two people, two days
        await ApproveByHandAsync(old);
        var drop = old.Host.Services.GetRequiredService<DropMonth>();
        _ = LedgerMonth.TryParse("2026-07", out var july);

        var steps = 0;
        for (var isOver = false; !isOver; steps++)
        {
            isOver = await drop.StepAsync(july, Work(steps), Token);   // each as if the program had been started anew
            var now = await FiguresAsync(old);
            Assert.Equal(reports, now.Reports);
            Assert.Equal(links, now.Links);
            Assert.Equal(held, await HeldInLedgerAsync(old) + await old.Host.Database.ReadAsync((db, token) => db.HeldMessages.CountAsync(token), Token));
        }

        Assert.InRange(steps, 5, 9);
        Assert.Equal((DropState.Dropped, messages, held), ((await old.DropOfAsync("2026-07"))!.State, (await old.DropOfAsync("2026-07"))!.Messages, (int)(await old.DropOfAsync("2026-07"))!.KeptApart));
        Assert.Equal([202608], (await old.MessagesAsync()).Keys);
        Assert.True(await drop.StepAsync(july, Work(99), Token));
        Assert.Equal(1, (await ChainAsync(old)).Count(type => type == "ledger-month-dropped"));
    }

    [Theory]
    [InlineData((int)CutLine.Cut.BeforeCommit)]
    [InlineData((int)CutLine.Cut.AfterCommit)]
    public async Task A_line_that_breaks_at_the_commit_drops_the_month_once(int cut)
    {
        await using var old = await OldMonths.StartAsync(DatabaseDialect.PostgreSql, term: new LedgerTerm(2));
        var (reports, _, _) = await FiguresAsync(old);
        await HoldAsync(old, (await old.MessagedAsync()).First);
        var held = await HeldInLedgerAsync(old);
        await using var line = new CutLine(old.Host.Postgres);
        await using var source = NpgsqlDataSource.Create(line.ConnectionString);
        using var database = new Database(new Contexts(source), DatabaseDialect.PostgreSql);
        var drop = ActivatorUtilities.CreateInstance<DropMonth>(old.Host.Services, database);
        await ApproveByHandAsync(old);
        _ = LedgerMonth.TryParse("2026-07", out var july);

        line.CutNext((CutLine.Cut)cut);
        while (!await drop.StepAsync(july, Work(0), Token))
            Token.ThrowIfCancellationRequested();

        Assert.Equal(1, line.Cuts);
        Assert.Equal([202608], (await old.MessagesAsync()).Keys);
        Assert.Equal(held, await old.Host.Database.ReadAsync((db, token) => db.HeldMessages.CountAsync(token), Token));
        Assert.Equal(["ledger-month-dropped"], await ChainAsync(old));
        Assert.Equal(reports, (await FiguresAsync(old)).Reports);
    }

    [Fact]
    public async Task A_drop_waits_for_nobody_long_and_senders_of_other_months_never_wait_for_it()
    {
        await using var old = await OldMonths.StartAsync(DatabaseDialect.PostgreSql, term: new LedgerTerm(2));
        await ApproveByHandAsync(old);
        await using var reader = new NpgsqlConnection(old.Host.Postgres);
        await reader.OpenAsync(Token);
        await using var open = await reader.BeginTransactionAsync(Token);
        await reader.ExecuteAsync("SELECT COUNT(*) FROM messages_202607", transaction: open);   // somebody reads July at length

        var stuck = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(old.Host));
        Assert.Contains("55P03", stuck.ToString(), StringComparison.Ordinal);   // given up after two seconds, tried again later
        Assert.Equal(DropState.Approved, (await old.DropOfAsync("2026-07"))!.State);
        await open.RollbackAsync(Token);

        await using var sender = await reader.BeginTransactionAsync(Token);
        await reader.ExecuteAsync("UPDATE messages_202608 SET state = state", transaction: sender);   // a sender of August in its transaction
        await RunAsync(old.Host);
        Assert.Equal([202608], (await old.MessagesAsync()).Keys);
        await sender.CommitAsync(Token);
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Where_the_rule_says_so_months_go_by_themselves_in_the_night(DatabaseDialect dialect)
    {
        await using var old = await OldMonths.StartAsync(dialect, term: new LedgerTerm(3, Automatic: true));

        old.Host.Clock.Advance(TimeSpan.FromDays(1));
        await old.GoneAsync("2026-07");
        Assert.Equal([202608], (await old.MessagesAsync()).Keys);   // kept until December

        old.Host.Clock.Advance(TimeSpan.FromDays(8));
        await old.GoneAsync("2026-08");
        Assert.Equal(("system", "system"), ((await old.DropOfAsync("2026-08"))!.RequestedBy, (await old.DropOfAsync("2026-08"))!.ApprovedBy));
    }

    [Fact]
    public async Task The_term_is_two_months_at_least_and_holds_from_tomorrow_at_the_earliest()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("pan", Role.Platform);
        async Task<HttpStatusCode> EnterAsync(int months, string from) =>
            (await platform.PostAsJsonAsync($"/api/v1/dated-rules/{LedgerRetentionKind.KindName}", new { name = "all", from, source = "rule 7", value = new { keepMonths = months } }, Token)).StatusCode;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await EnterAsync(1, "2026-12-01"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await EnterAsync(24, "2026-11-23"));
        Assert.Equal(HttpStatusCode.Created, await EnterAsync(24, "2026-11-24"));
    }

    private static WorkItem Work(int attempt) => new(Guid.NewGuid(), DropMonth.WorkKind, "2026-07", null, DateTimeOffset.UnixEpoch, """{"month":202607}""", attempt, 1);

    private static Task RunAsync(TestHost host) => host.Services.GetRequiredService<DropMonth>().HandleAsync(Work(0), Token);

    internal static Task HoldAsync(OldMonths old, string customer) =>
        old.Host.Services.GetRequiredService<LegalHolds>().PlaceAsync(new NewLegalHold(customer, null, "complaint", $"case {customer}"), ReachoutBed.Officer, Token);

    private static Task ApproveByHandAsync(OldMonths old) =>
        old.Host.Database.WriteAsync(
            (tx, _) =>
            {
                tx.Db.Add(new MonthDrop { Month = 202607, State = DropState.Approved, RequestedBy = "pan", RequestedAt = old.Host.Clock.GetUtcNow(), Reason = "r", ApprovedBy = "shen", ApprovedAt = old.Host.Clock.GetUtcNow() });
                return Task.CompletedTask;
            },
            Token);

    private static Task<int> HeldInLedgerAsync(OldMonths old) =>
        old.Host.Database.ReadAsync((db, token) => db.Messages.CountAsync(row => row.OccurrenceId < 202608000000 && db.LegalHolds.Any(hold => hold.CustomerNo == row.CustomerNo), token), Token);

    private static async Task<(List<string> Reports, string Links, List<bool> Dropped)> FiguresAsync(OldMonths old)
    {
        var reports = (await old.GetAsync<JsonElement>($"/api/v1/campaigns/{old.Recurring.CampaignId}/reports")).EnumerateArray().ToList();
        Assert.All(reports, report => Assert.True(report.GetProperty("addsUp").GetBoolean(), report.ToString()));
        return (
            [.. reports.Select(report => $"{report.GetProperty("occurrenceId")} {report.GetProperty("audience")} {report.GetProperty("lines")}")],
            (await old.GetAsync<JsonElement>($"/api/v1/campaigns/{old.Recurring.CampaignId}/links")).ToString(),
            [.. reports.Select(report => report.GetProperty("isDropped").GetBoolean())]);
    }

    private static async Task<List<string>> ObstaclesAsync(OldMonths old, string month) =>
        [.. (await old.GetAsync<JsonElement>($"{Months}/{month}")).GetProperty("month").GetProperty("obstacles").EnumerateArray().Select(row => row.GetProperty("kind").GetString()!)];

    private static async Task<long> CountAsync(OldMonths old, int month) => (await old.MessagesAsync()).GetValueOrDefault(month);

    private static Task<int> ChangeAsync(OldMonths old, string sql) => old.Host.Database.WriteAsync((tx, _) => tx.Connection.ExecuteAsync(sql, transaction: tx.Transaction), Token);

    private static Task<List<string>> ChainAsync(OldMonths old) =>
        old.Host.Database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == LedgerMonths.Chain).OrderBy(row => row.Seq).Select(row => row.Type).ToListAsync(token), Token);

    private sealed class Contexts(NpgsqlDataSource source) : IDbContextFactory<OrchestratorDb>
    {
        public OrchestratorDb CreateDbContext() => new(new DbContextOptionsBuilder<OrchestratorDb>().UseNpgsql(source).Options);
    }
}
