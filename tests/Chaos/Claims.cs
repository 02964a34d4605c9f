using System.Globalization;
using Dapper;
using Npgsql;
using Orchestrator.Host.Reachouts;
using Orchestrator.Simulators;

namespace Orchestrator.Chaos;

/// <summary>One thing that must hold, with what was found.</summary>
internal sealed record Claim(string Name, bool Holds, string Found);

/// <summary>Holds the ledger against the provider's own log, after everything came to rest.</summary>
internal sealed class Claims(NpgsqlConnection db, LogSummary log, ChaosOptions options)
{
    private readonly List<Claim> claims = [];

    public async Task<IReadOnlyList<Claim>> CheckAsync()
    {
        await NobodyTwiceAsync();
        await NobodyLostAsync();
        await UnknownAsync();
        await CapsAsync();
        await BudgetsAsync();
        await ReasonReportAsync();
        await TriggersAsync();
        await AuditAsync();
        return claims;
    }

    private async Task NobodyTwiceAsync()
    {
        await Task.CompletedTask;
        Add("nobody messaged twice (provider's log)", log.DuplicateIds.Count == 0,
            $"{log.DistinctRecipients:N0} people, {log.Accepted:N0} messages taken, {log.DuplicateIds.Count} twice {Some(log.DuplicateIds.Keys)}");
    }

    private async Task NobodyLostAsync()
    {
        var expected = await ScalarAsync("SELECT COUNT(*) FROM audience_members WHERE arm = 'Treated'");
        var rows = await ScalarAsync("SELECT COUNT(*) FROM messages");
        var open = await CountAsync(MessageState.Planned, MessageState.Leased, MessageState.Deferred);
        var sent = await CountAsync(MessageState.Accepted, MessageState.Delivered);
        var unknown = await CountAsync(MessageState.Unknown);
        Add("every member is in the ledger", rows == expected, $"{rows:N0} of {expected:N0} rows");
        Add("nothing left open", open == 0, $"{open:N0} open");
        // Accepted at the provider is known to the ledger, and the other way round.
        Add("ledger and provider agree", sent <= log.Accepted && log.Accepted <= sent + unknown, $"{sent:N0} sent and {unknown:N0} unknown here, {log.Accepted:N0} taken there");
        var uncapped = await db.ExecuteScalarAsync<Guid>("SELECT id FROM campaigns WHERE name = @Uncapped", new { Workspace.Uncapped });
        // Whoever has no message of the capped campaigns must have lost the second campaign's to its budget, or to its time, and the ledger must say so.
        var forgotten = (await db.QueryAsync<long>(
            $"""
            SELECT DISTINCT customer_no FROM audience_members a WHERE arm = 'Treated' AND campaign_id <> @uncapped
            AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.customer_no = a.customer_no AND o.occurrence_id NOT IN (SELECT id FROM occurrences WHERE campaign_id = @uncapped) AND o.state IN ({Numbers(MessageState.Accepted, MessageState.Delivered, MessageState.Unknown, MessageState.Failed)}))
            AND NOT EXISTS (SELECT 1 FROM messages e WHERE e.customer_no = a.customer_no AND e.state = {(int)MessageState.Expired} AND e.reason IN ({(int)SkipReason.Budget}, {(int)SkipReason.TooLate})
                AND e.occurrence_id = (SELECT r.occurrence_id FROM budget_routes r JOIN message_budgets b USING (campaign_id, name) WHERE b.amount IS NOT NULL ORDER BY b.amount LIMIT 1))
            UNION SELECT customer_no FROM messages m WHERE occurrence_id IN (SELECT id FROM occurrences WHERE campaign_id = @uncapped)
            AND state NOT IN ({Numbers(MessageState.Accepted, MessageState.Delivered, MessageState.Unknown)})
            """, new { uncapped })).ToList();
        var treated = await ScalarAsync("SELECT COUNT(DISTINCT customer_no) FROM audience_members WHERE arm = 'Treated'");
        Add("nobody forgotten", forgotten.Count == 0, $"{treated:N0} people have their message, or only one that there was no money or time for; {forgotten.Count:N0} have neither{await DescribeAsync(forgotten)}");
    }

    /// <summary>What the ledger says of the first few.</summary>
    private async Task<string> DescribeAsync(List<long> customers)
    {
        if (customers.Count == 0)
            return "";
        var rows = await db.QueryAsync<string>(
            """
            SELECT m.customer_no || ': occurrence ' || m.occurrence_id || ' state ' || m.state || ' reason ' || m.reason || ' attempt ' || m.attempt || ' at ' || m.changed_at
                || COALESCE((SELECT ' issues ' || string_agg(concat_ws('/', i.attempt, i.state, i.reason, i.text), ', ') FROM message_issues i WHERE i.occurrence_id = m.occurrence_id AND i.customer_no = m.customer_no), '')
            FROM messages m WHERE m.customer_no = ANY(@first) ORDER BY 1
            """, new { first = customers.Take(5).ToArray() });
        return "\n        " + string.Join("\n        ", rows);
    }

    private async Task UnknownAsync()
    {
        var unlisted = await ScalarAsync($"SELECT COUNT(*) FROM messages m WHERE state = {(int)MessageState.Unknown} AND NOT EXISTS (SELECT 1 FROM message_issues i WHERE i.occurrence_id = m.occurrence_id AND i.customer_no = m.customer_no AND i.step = m.step AND i.attempt = m.attempt AND i.state = {(int)MessageState.Unknown})");
        var listed = await CountAsync(MessageState.Unknown);
        var ever = await ScalarAsync($"SELECT COUNT(*) FROM message_issues WHERE reason = {(int)SkipReason.Ambiguous}");
        Add("every unknown settled or listed", unlisted == 0, $"{ever:N0} attempts were unknown, {listed:N0} still are and are listed, {unlisted:N0} are not");
    }

    private async Task CapsAsync()
    {
        var over = await ScalarAsync("SELECT COUNT(*) FROM cap_days WHERE used > 1 OR used < 0");
        var charged = await ScalarAsync("SELECT COALESCE(SUM(used), 0) FROM cap_days");
        var gone = await ScalarAsync($"SELECT COUNT(*) FROM messages WHERE cap_day <> 0 AND state IN ({Numbers(MessageState.Accepted, MessageState.Delivered, MessageState.Unknown)})");
        var twice = await ScalarAsync($"SELECT COUNT(*) FROM (SELECT customer_no FROM messages WHERE cap_day <> 0 AND state IN ({Numbers(MessageState.Accepted, MessageState.Delivered, MessageState.Unknown)}) GROUP BY customer_no HAVING COUNT(*) > 1) x");
        Add("frequency cap never exceeded", over == 0 && twice == 0, $"cap 1 a day; {over:N0} charges above it, {twice:N0} customers with two messages");
        Add("caps charged exactly once a message", charged == gone, $"{charged:N0} charged, {gone:N0} messages went out");
    }

    private async Task BudgetsAsync()
    {
        var over = await ScalarAsync("SELECT COUNT(*) FROM message_budgets b WHERE amount < (SELECT SUM(reserved + spent) FROM budget_shares s WHERE s.campaign_id = b.campaign_id AND s.name = b.name)");
        var spent = await ScalarAsync("SELECT COALESCE(SUM(spent), 0)::bigint FROM budget_shares WHERE name = ''");
        var reserved = await ScalarAsync("SELECT COALESCE(SUM(reserved), 0)::bigint FROM budget_shares WHERE name = ''");
        var costs = await ScalarAsync($"SELECT COALESCE(SUM(cost), 0)::bigint FROM messages WHERE state IN ({Numbers(MessageState.Accepted, MessageState.Delivered)})");
        var held = await ScalarAsync($"SELECT COALESCE(SUM(cost), 0)::bigint FROM messages WHERE state = {(int)MessageState.Unknown}");
        var tight = await ScalarAsync("SELECT MIN(amount) FROM message_budgets WHERE name = '' AND amount IS NOT NULL");
        var used = await ScalarAsync("SELECT (SELECT SUM(reserved + spent)::bigint FROM budget_shares s WHERE s.campaign_id = b.campaign_id AND s.name = b.name) FROM message_budgets b WHERE name = '' AND amount IS NOT NULL ORDER BY amount LIMIT 1");
        var wanting = await ScalarAsync($"SELECT COALESCE(SUM(count), 0) FROM message_counts WHERE state = {(int)MessageState.Expired} AND reason = {(int)SkipReason.Budget}");
        Add("budgets never exceeded, charged to the fen", over == 0 && spent > 0 && spent == costs && reserved == held && used <= tight && wanting > 0,
            $"{spent / 1e6m:N2} spent of {costs / 1e6m:N2} that the messages cost, {reserved / 1e6m:N2} held for unknown ones of {held / 1e6m:N2}; the tight one {used / 1e6m:N2} of {tight / 1e6m:N2}, {wanting:N0} messages without money");
    }

    private async Task ReasonReportAsync()
    {
        var differing = await ScalarAsync(
            """
            SELECT COUNT(*) FROM (SELECT occurrence_id, step, channel, state, reason, SUM(count) AS n FROM message_counts GROUP BY 1, 2, 3, 4, 5 HAVING SUM(count) <> 0) c
            FULL JOIN (SELECT occurrence_id, step, channel, state, reason, COUNT(*) AS n FROM messages GROUP BY 1, 2, 3, 4, 5) m USING (occurrence_id, step, channel, state, reason)
            WHERE c.n IS DISTINCT FROM m.n
            """);
        var reported = await ScalarAsync("SELECT COALESCE(SUM(count), 0) FROM message_counts");
        var audience = await ScalarAsync("SELECT COUNT(*) FROM audience_members WHERE arm = 'Treated'");
        Add("reason report adds up", differing == 0 && reported == audience, $"{reported:N0} counted for an audience of {audience:N0}; {differing:N0} lines differ from the ledger");
    }

    private async Task TriggersAsync()
    {
        var twice = await ScalarAsync("SELECT COUNT(*) FROM (SELECT key FROM scheduled_work WHERE key LIKE @tick GROUP BY key HAVING COUNT(*) > 1) x", new { tick = Workspace.TickKey + "@%" });
        var fired = await ScalarAsync("SELECT COUNT(*) FROM scheduled_work WHERE key LIKE @tick", new { tick = Workspace.TickKey + "@%" });
        Add("a recurring trigger fires once over all nodes", twice == 0 && fired > 0, $"{fired:N0} firings, {twice:N0} fired twice");
    }

    private async Task AuditAsync()
    {
        var gaps = await ScalarAsync("SELECT COUNT(*) FROM (SELECT chain FROM audit_events GROUP BY chain HAVING COUNT(*) <> MAX(seq) - MIN(seq) + 1) x");
        Add("audit chains without gaps", gaps == 0, $"{await ScalarAsync("SELECT COUNT(*) FROM audit_events"):N0} events, {gaps:N0} chains with gaps");
    }

    private void Add(FormattableString name, bool holds, FormattableString found) => claims.Add(new Claim(name.ToString(CultureInfo.InvariantCulture), holds, found.ToString(CultureInfo.InvariantCulture)));

    private void Add(string name, bool holds, FormattableString found) => claims.Add(new Claim(name, holds, found.ToString(CultureInfo.InvariantCulture)));

    private Task<long> CountAsync(params MessageState[] states) => ScalarAsync($"SELECT COUNT(*) FROM messages WHERE state IN ({Numbers(states)})");

    private static string Numbers(params MessageState[] states) => string.Join(',', states.Select(state => ((int)state).ToString(CultureInfo.InvariantCulture)));

    private Task<long> ScalarAsync(string sql, object? parameters = null) => db.ExecuteScalarAsync<long>(sql, parameters);

    private string Some(IEnumerable<string> ids) => string.Join(' ', ids.Take(options.Keep ? 20 : 3));
}
