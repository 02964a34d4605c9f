using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// The hot statements of the ledger, one text per operation and dialect, built once. All work on sets of rows within one occurrence and reach
/// them by primary key, so their plans stay right on empty statistics. State numbers are those of <see cref="MessageState"/>.
/// </summary>
internal sealed class LedgerSql
{
    public static readonly LedgerSql PostgreSql = new(DatabaseDialect.PostgreSql);
    public static readonly LedgerSql Sqlite = new(DatabaseDialect.Sqlite);

    private LedgerSql(DatabaseDialect dialect)
    {
        var lockRows = dialect == DatabaseDialect.PostgreSql ? " FOR SHARE" : "";
        const string Open = "SELECT customer_no, step, state, reason, channel, attempt, cost, variant FROM messages WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state IN (0, 6)";
        var locked = " ORDER BY customer_no" + (dialect == DatabaseDialect.PostgreSql ? " FOR UPDATE" : "");
        (OpenRows, OverdueRows) = (Open + locked, Open + StepSql.IsOverdue + locked);
        EndedRows = "SELECT customer_no, step, state, reason, channel, attempt, cost, variant FROM messages WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state IN (4, 5, 7) ORDER BY customer_no, step"
            + (dialect == DatabaseDialect.PostgreSql ? " FOR UPDATE" : "");
        Controls = $"SELECT scope, held_by, paused_by, stopped_by, epoch FROM send_controls WHERE scope IN (SELECT r.scope FROM {RowSet.Source(dialect, "scope")}) ORDER BY scope{lockRows}";
        // Rows are reached by primary key, whatever the statistics of a table that was empty a minute ago make the planner believe.
        var byKey = dialect == DatabaseDialect.PostgreSql ? "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL cpu_tuple_cost = 10; SET LOCAL cpu_index_tuple_cost = 10;\n" : "";
        Lease = $"""
            UPDATE messages AS m SET state = r.to_state, reason = r.to_reason, channel = r.to_channel, account_no = r.account_no, due_at = r.due_at, cap_day = r.cap_day, variant = r.variant, cost = CASE WHEN r.to_state = 1 THEN r.cost ELSE 0 END,
                attempt = m.attempt + CASE WHEN r.to_state = 1 THEN 1 ELSE 0 END, route = CASE WHEN r.to_state = 1 THEN r.route ELSE m.route END, epoch = @epoch, lease_until = CASE WHEN r.to_state = 1 THEN @leaseUntil ELSE 0 END, changed_at = @now
            FROM {RowSet.Source(dialect, "customer_no", "step", "from_state", "version", "to_state", "to_reason", "to_channel", "account_no", "due_at", "cap_day", "variant", "cost", "route")}
            WHERE m.occurrence_id = @occurrence AND m.customer_no = r.customer_no AND m.step = r.step AND m.state = r.from_state
                AND (r.version < 0 OR EXISTS (SELECT 1 FROM customers c WHERE c.customer_no = r.customer_no AND c.version = r.version))
            RETURNING {Own(dialect)}
            """;
        Settle = byKey + $"""
            UPDATE messages AS m SET state = r.to_state, reason = r.to_reason, due_at = r.due_at, changed_at = @now, cap_day = CASE WHEN r.to_state IN (0, 6) THEN 0 ELSE m.cap_day END,
                cost = CASE WHEN r.to_state IN (2, 3, 8) THEN CASE WHEN r.cost < 0 THEN m.cost ELSE r.cost END ELSE 0 END
            FROM {Rows(dialect, "customer_no", "step", "attempt", "to_state", "to_reason", "due_at", "cost")}
            WHERE m.occurrence_id = r.occurrence_id AND m.customer_no = r.customer_no AND m.step = r.step AND m.attempt = r.attempt AND m.state = @from
            RETURNING {Own(dialect)}
            """;
        Count = $"""
            INSERT INTO message_counts AS t (occurrence_id, step, channel, state, reason, shard, count)
            SELECT r.occurrence_id, r.step, r.channel, r.state, r.reason, r.shard, r.delta FROM {RowSet.Source(dialect, "occurrence_id", "step", "channel", "state", "reason", "shard", "delta")} WHERE true
            ON CONFLICT (occurrence_id, step, channel, state, reason, shard) DO UPDATE SET count = t.count + excluded.count
            """;
        ChargeCaps = $"""
            INSERT INTO cap_days AS t (customer_no, purpose, day, used, by_channel)
            SELECT r.customer_no, @purpose, r.day, 1, r.unit FROM {RowSet.Source(dialect, "customer_no", "day", "unit")} WHERE true ORDER BY r.customer_no
            ON CONFLICT (customer_no, purpose, day) DO UPDATE SET used = t.used + 1, by_channel = t.by_channel + excluded.by_channel
            RETURNING customer_no, used, by_channel
            """;
        CapsBefore = $"""
            SELECT c.customer_no, SUM(c.used), SUM((c.by_channel / r.unit) & 255) FROM {RowSet.Source(dialect, "customer_no", "day", "unit", "since")}
            JOIN cap_days c ON c.customer_no = r.customer_no AND c.purpose = @purpose AND c.day >= r.since AND c.day < r.day
            GROUP BY c.customer_no
            """;
        ReleaseCaps = $"""
            UPDATE cap_days AS t SET used = t.used - 1, by_channel = t.by_channel - r.unit
            FROM {RowSet.Source(dialect, "customer_no", "day", "unit")}
            WHERE t.customer_no = r.customer_no AND t.purpose = @purpose AND t.day = r.day AND t.used > 0
            """;
        TakeAddresses = $"""
            INSERT INTO sent_addresses AS t (occurrence_id, address_hash, customer_no)
            SELECT @occurrence, r.address_hash, r.customer_no FROM {RowSet.Source(dialect, "address_hash", "customer_no")} WHERE true ORDER BY r.address_hash
            ON CONFLICT (occurrence_id, address_hash) DO UPDATE SET customer_no = t.customer_no
            RETURNING address_hash, customer_no
            """;
        AddIssues = $"""
            INSERT INTO message_issues AS t (occurrence_id, customer_no, step, attempt, account_no, state, reason, code, text, at, settle_after)
            SELECT @occurrence, r.customer_no, r.step, r.attempt, r.account_no, r.state, r.reason, r.code, r.text, @now, r.settle_after
            FROM {RowSet.Source(dialect, "customer_no", "step", "attempt", "account_no", "state", "reason", "code", "text", "settle_after")} WHERE true
            ON CONFLICT (occurrence_id, customer_no, step, attempt) DO UPDATE SET state = excluded.state, reason = excluded.reason,
                code = COALESCE(excluded.code, t.code), text = COALESCE(excluded.text, t.text), at = excluded.at, settle_after = excluded.settle_after
            """;
        AddRefs = $"""
            INSERT INTO provider_refs (account_no, ref, occurrence_id, customer_no, step, attempt)
            SELECT r.account_no, r.ref, @occurrence, r.customer_no, r.step, r.attempt FROM {RowSet.Source(dialect, "account_no", "ref", "customer_no", "step", "attempt")} WHERE true
            ON CONFLICT DO NOTHING
            """;
        LockRows = byKey + $"""
            SELECT m.customer_no, m.step, m.state, m.reason, m.channel, m.attempt, m.cost, m.variant FROM messages m
            WHERE m.occurrence_id = @occurrence AND m.customer_no {(dialect == DatabaseDialect.PostgreSql ? "= ANY(@customer_no)" : $"IN (SELECT r.customer_no FROM {RowSet.Source(dialect, "customer_no")})")} ORDER BY m.customer_no, m.step
            """ + (dialect == DatabaseDialect.PostgreSql ? " FOR UPDATE" : "");
        Advance = byKey + $"""
            UPDATE messages AS m SET state = r.to_state, reason = r.to_reason, changed_at = @now, cost = CASE WHEN r.to_state IN (2, 3) THEN m.cost ELSE 0 END FROM {Rows(dialect, "customer_no", "step", "to_state", "to_reason")}
            WHERE m.occurrence_id = r.occurrence_id AND m.customer_no = r.customer_no AND m.step = r.step
            """;
        CloseIssues = $"""
            UPDATE message_issues AS t SET state = r.state, settle_after = 0
            FROM {Rows(dialect, "customer_no", "step", "attempt", "state")}
            WHERE t.occurrence_id = r.occurrence_id AND t.customer_no = r.customer_no AND t.step = r.step AND t.attempt = r.attempt
            """;
    }

    /// <summary>Locks the switches of some scopes against change until the commit.</summary>
    public string Controls { get; }

    /// <summary>Moves open messages to what was decided for each, unless state or customer changed since they were read; PostgreSQL has <see cref="LeaseStatement"/>.</summary>
    public string Lease { get; }

    /// <summary>Moves messages of an attempt from one state to what the attempt came to.</summary>
    public string Settle { get; }
    public string Count { get; }
    public string ChargeCaps { get; }
    public string CapsBefore { get; }
    public string ReleaseCaps { get; }
    public string TakeAddresses { get; }
    public string AddIssues { get; }
    public string AddRefs { get; }
    public string CloseIssues { get; }

    /// <summary>The messages of some customers, locked.</summary>
    public string LockRows { get; }

    /// <summary>Moves locked messages on by evidence.</summary>
    public string Advance { get; }

    /// <summary>Leased messages of a range whose request can no longer be leaving: nobody knows what became of them.</summary>
    public string Strand { get; } = """
        UPDATE messages SET state = 8, reason = 21, changed_at = @now
        WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state = 1 AND lease_until < @real
        RETURNING customer_no, step, attempt, channel, account_no
        """;

    /// <summary>What of a range is still open: earliest due time of waiting rows, latest lease of leased ones.</summary>
    public string Open { get; } = """
        SELECT MIN(CASE WHEN state IN (0, 6) THEN due_at END), MIN(CASE WHEN state = 1 THEN lease_until END) FROM messages
        WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state IN (0, 1, 6)
        """;

    /// <summary>The next members of a wave, in order of customers.</summary>
    public string SliceEnd { get; } = $"""
        SELECT MIN(customer_no), MAX(customer_no), COUNT(*) FROM (SELECT a.customer_no FROM {Members} AND a.customer_no > @after ORDER BY a.customer_no LIMIT @limit) AS slice
        """;

    public string Plan { get; } = $"""
        INSERT INTO messages (occurrence_id, customer_no, step, state, reason, channel, account_no, attempt, route, epoch, lease_until, due_at, changed_at, cap_day, cost, variant)
        SELECT @occurrence, a.customer_no, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, @now, 0, 0, 0 FROM {Members} AND a.customer_no > @after AND a.customer_no <= @last
        ON CONFLICT (occurrence_id, customer_no, step) DO NOTHING
        """;

    /// <summary>The same for an occurrence with members of its own.</summary>
    public string SliceEndOfOwn { get; } = $"""
        SELECT MIN(customer_no), MAX(customer_no), COUNT(*) FROM (SELECT a.customer_no FROM {OwnMembers} AND a.customer_no > @after ORDER BY a.customer_no LIMIT @limit) AS slice
        """;

    public string PlanOfOwn { get; } = $"""
        INSERT INTO messages (occurrence_id, customer_no, step, state, reason, channel, account_no, attempt, route, epoch, lease_until, due_at, changed_at, cap_day, cost, variant)
        SELECT @occurrence, a.customer_no, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, @now, 0, 0, 0 FROM {OwnMembers} AND a.customer_no > @after AND a.customer_no <= @last
        ON CONFLICT (occurrence_id, customer_no, step) DO NOTHING
        """;

    private const string Members = "audience_members a WHERE a.campaign_id = @campaign AND a.arm <> 'Holdout' AND a.rank > @rankAfter AND a.rank <= @rankTo";

    private const string OwnMembers = "occurrence_members o JOIN audience_members a ON a.campaign_id = @campaign AND a.customer_no = o.customer_no WHERE o.occurrence_id = @occurrence AND a.arm <> 'Holdout' AND a.rank > @rankAfter AND a.rank <= @rankTo";

    /// <summary>The waiting messages of a range, locked: what <see cref="Close"/> is about to end.</summary>
    public string OpenRows { get; }

    /// <summary>Those of them whose latest time has passed: what <see cref="Expire"/> is about to end.</summary>
    public string OverdueRows { get; }

    /// <summary>The messages of a range that failed, expired or were skipped, locked.</summary>
    public string EndedRows { get; }

    /// <summary>Ends waiting messages of a range: expired or stopped.</summary>
    public string Close { get; } = """
        UPDATE messages SET state = @to, reason = @reason, changed_at = @now
        WHERE occurrence_id = @occurrence AND customer_no BETWEEN @first AND @last AND state IN (0, 6)
        """;

    public string Expire => Close + StepSql.IsOverdue;

    public static LedgerSql For(DatabaseDialect dialect) => dialect == DatabaseDialect.PostgreSql ? PostgreSql : Sqlite;

    /// <summary>Rows that bring their occurrence along: a constant would tempt the planner to begin at the messages of the occurrence instead of at the rows.</summary>
    private static string Rows(DatabaseDialect dialect, params string[] columns) =>
        dialect == DatabaseDialect.PostgreSql
            ? $"(SELECT @occurrence AS occurrence_id, r.* FROM {RowSet.Source(dialect, columns)} OFFSET 0) AS r"
            : $"(SELECT @occurrence AS occurrence_id, r.* FROM {RowSet.Source(dialect, columns)}) AS r";

    // SQLite does not know the table's alias in RETURNING.
    private static string Own(DatabaseDialect dialect) => dialect == DatabaseDialect.PostgreSql ? "m.customer_no, m.step" : "customer_no, step";
}
