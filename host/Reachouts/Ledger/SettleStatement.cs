using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// What attempts came to, on PostgreSQL, in one statement: messages, caps given back, provider references, counters. Only leased rows move; those
/// that a receipt has moved on meanwhile, or that were given up as unknown, are sent back.
/// </summary>
internal static class SettleStatement
{
    private const string Text = """
        WITH r AS MATERIALIZED (
            SELECT @occurrence AS occurrence_id, r.* FROM unnest(@customer_no, @step, @attempt, @channel, @account_no, @to_state, @to_reason, @due_at, @cap_day, @ref, @cost)
                AS r(customer_no, step, attempt, channel, account_no, to_state, to_reason, due_at, cap_day, ref, cost)
        ),
        moved AS (
            UPDATE messages AS m SET state = r.to_state, reason = r.to_reason, due_at = r.due_at, changed_at = @now, cap_day = CASE WHEN r.to_state IN (0, 6) THEN 0 ELSE m.cap_day END,
                cost = CASE WHEN r.to_state IN (2, 3, 8) THEN CASE WHEN r.cost < 0 THEN m.cost ELSE r.cost END ELSE 0 END
            FROM r WHERE m.occurrence_id = r.occurrence_id AND m.customer_no = r.customer_no AND m.step = r.step AND m.attempt = r.attempt AND m.state = 1
            RETURNING r.customer_no, r.step, r.channel, r.to_state, r.to_reason, r.cap_day
        ),
        released AS (
            UPDATE cap_days AS t SET used = t.used - 1, by_channel = t.by_channel - (1::bigint << (8 * (r.channel - 1))) FROM moved r
            WHERE r.cap_day <> 0 AND t.customer_no = r.customer_no AND t.purpose = @purpose AND t.day = r.cap_day AND t.used > 0
        ),
        noted AS (
            INSERT INTO provider_refs (account_no, ref, occurrence_id, customer_no, step, attempt)
            SELECT r.account_no, r.ref, @occurrence, r.customer_no, r.step, r.attempt FROM r WHERE r.ref IS NOT NULL
            ON CONFLICT DO NOTHING
        ),
        counted AS (
            INSERT INTO message_counts AS t (occurrence_id, step, channel, state, reason, shard, count)
            SELECT @occurrence, x.step, x.channel, x.state, x.reason, @shard, SUM(x.delta) FROM (
                SELECT step, channel, 1 AS state, 0 AS reason, -1 AS delta FROM moved
                UNION ALL SELECT step, channel, to_state, to_reason, 1 FROM moved) AS x
            GROUP BY x.step, x.channel, x.state, x.reason HAVING SUM(x.delta) <> 0 ORDER BY x.step, x.channel, x.state, x.reason
            ON CONFLICT (occurrence_id, step, channel, state, reason, shard) DO UPDATE SET count = t.count + excluded.count
        )
        SELECT r.customer_no, r.step FROM r WHERE (r.customer_no, r.step) NOT IN (SELECT customer_no, step FROM moved)
        """;

    /// <returns>The messages that were no longer leased for this attempt.</returns>
    public static async Task<HashSet<(long CustomerNo, short Step)>> RunAsync(
        WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, short purpose, short shard, long now, CancellationToken cancellationToken)
    {
        await using var command = tx.Connection.CreateCommand();
        (command.Transaction, command.CommandText) = (tx.Transaction, LedgerMonth.Direct(Text, tx.Dialect, occurrenceId));
        RowSet.Bind(command, "occurrence", occurrenceId);
        RowSet.Bind(command, "purpose", purpose);
        RowSet.Bind(command, "shard", shard);
        RowSet.Bind(command, "now", now);
        RowSet.Bind(
            command, tx.Dialect,
            ("customer_no", RowSet.Column(rows, row => row.CustomerNo)),
            ("step", RowSet.Column(rows, row => row.Step)),
            ("attempt", RowSet.Column(rows, row => row.Attempt)),
            ("channel", RowSet.Column(rows, row => row.Channel)),
            ("account_no", RowSet.Column(rows, row => row.AccountNo)),
            ("to_state", RowSet.Column(rows, row => (short)row.To)),
            ("to_reason", RowSet.Column(rows, row => (short)row.Reason)),
            ("due_at", RowSet.Column(rows, row => row.DueAt)),
            ("cap_day", RowSet.Column(rows, row => row.CapDay)),
            ("ref", RowSet.Column(rows, row => row.ProviderRef)),
            ("cost", RowSet.Column(rows, row => row.Cost)));
        var left = new HashSet<(long, short)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            left.Add((reader.GetInt64(0), reader.GetInt16(1)));
        return left;
    }
}
