using System.Data.Common;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What must hold for anything to be leased.</summary>
/// <param name="Node">This node, which must still hold its lease under <paramref name="Epoch"/>.</param>
/// <param name="Epoch">The node's epoch.</param>
/// <param name="CampaignId">The campaign, which must be running.</param>
/// <param name="PackageHash">The package the reach-out was scheduled from; it must be the approved one.</param>
/// <param name="SwitchesReadAt">Epoch of the switch <c>all</c> when the rows were decided on; once it is higher, nothing is leased.</param>
/// <param name="Scopes">Every switch that may close messages.</param>
/// <param name="Parts">Those that close a part of them.</param>
internal sealed record LeaseGate(string Node, long Epoch, Guid CampaignId, string PackageHash, long SwitchesReadAt, IReadOnlyList<string> Scopes, IReadOnlyList<SwitchedPart> Parts);

/// <summary>Rows to lease and the terms.</summary>
internal sealed record LeaseOrder(long OccurrenceId, IReadOnlyList<LeaseRow> Rows, CapRule Caps, LeaseGate Gate, long LeaseUntil, short Shard);

/// <summary>What came of a lease: closed (nothing moved), or the rows as they now stand; rows that changed since they were read are left out.</summary>
/// <param name="IsClosed">Nothing may be sent.</param>
/// <param name="SwitchedAt">Epoch of the switch <c>all</c>; later than the gate's: decide anew.</param>
/// <param name="Standing">The rows.</param>
internal sealed record LeaseResult(bool IsClosed, long SwitchedAt, IReadOnlyList<LeaseRow> Standing)
{
    public static LeaseResult Closed(long switchedAt) => new(true, switchedAt, []);
}

/// <summary>
/// The lease of a micro-batch on PostgreSQL, in one statement: node and switches locked against change, approval, customers' versions, caps,
/// addresses, messages, counters. Rows that went as asked are not sent back, only the exceptions.
/// </summary>
/// <remarks>
/// Caps are charged on condition instead of charged and given back, because one statement can't change a row twice. Set operations between the
/// parts are written as IN inside expressions: those become hashed lists, where a join would compare everybody with everybody. The occurrence comes
/// with each row, so that nothing tempts the planner to begin at the messages of the occurrence instead of at these rows.
/// </remarks>
internal static class LeaseStatement
{
    private static readonly string Text = Compose("", "");
    private static readonly string WithPeriods = Compose(CapPeriods.OnInsert, CapPeriods.OnConflict);

    private static string Compose(string onInsert, string onConflict) => $"""
        WITH r AS MATERIALIZED (
            SELECT @occurrence AS occurrence_id, 1::bigint << (8 * (GREATEST(r.to_channel, 1) - 1)) AS unit, r.* FROM unnest(@customer_no, @step, @from_state, @from_reason, @from_channel, @version, @to_state, @to_reason, @to_channel, @account_no, @due_at, @cap_day, @address_hash, @variant, @cost, @part, @route)
                AS r(customer_no, step, from_state, from_reason, from_channel, version, to_state, to_reason, to_channel, account_no, due_at, cap_day, address_hash, variant, cost, part, route)
        ),
        fence AS MATERIALIZED (SELECT 1 FROM nodes WHERE name = @node AND epoch = @epoch FOR KEY SHARE),
        switches AS MATERIALIZED (
            SELECT scope, epoch, (held_by IS NOT NULL OR paused_by IS NOT NULL OR stopped_by IS NOT NULL) AS is_closed
            FROM send_controls WHERE scope = ANY(@scopes) ORDER BY scope FOR SHARE
        ),
        blocked AS MATERIALIZED (
            SELECT DISTINCT p.part FROM unnest(@switch_scope, @switch_part) AS p(scope, part) WHERE p.scope IN (SELECT scope FROM switches WHERE is_closed)
        ),
        gate AS MATERIALIZED (
            SELECT EXISTS (SELECT 1 FROM fence) AS is_alive,
                (SELECT COALESCE(MAX(epoch), 0) FROM switches WHERE scope = 'all') AS switched_at,
                EXISTS (SELECT 1 FROM switches WHERE is_closed AND scope = ANY (@whole))
                    OR NOT EXISTS (SELECT 1 FROM campaigns WHERE id = @campaign AND approved_hash = @package AND status = '{CampaignStatus.Running}') AS is_closed
        ),
        open_rows AS MATERIALIZED (
            SELECT r.*,
                CASE WHEN r.to_state = 1 AND r.cap_day <> 0 AND @per_30_days < 2147483647 THEN (
                    SELECT COALESCE(SUM(d.used), 0) FROM cap_days d
                    WHERE d.customer_no = r.customer_no AND d.purpose = @purpose AND d.day > r.cap_day - 30 AND d.day < r.cap_day) ELSE 0 END AS used_before,
                CASE WHEN r.to_state = 1 AND r.cap_day <> 0 AND ((@channel_30_days / r.unit) & 255) < 255 THEN (
                    SELECT COALESCE(SUM((d.by_channel / r.unit) & 255), 0) FROM cap_days d
                    WHERE d.customer_no = r.customer_no AND d.purpose = @purpose AND d.day > r.cap_day - 30 AND d.day < r.cap_day) ELSE 0 END AS channel_before
            FROM gate g CROSS JOIN r
            WHERE g.is_alive AND NOT g.is_closed AND g.switched_at <= @read_at
                AND (r.to_state <> 1 OR NOT EXISTS (SELECT 1 FROM blocked b WHERE b.part = r.part))
                AND (r.version < 0 OR (SELECT c.version FROM customers c WHERE c.customer_no = r.customer_no) = r.version)
        ),
        charged AS (
            INSERT INTO cap_days AS t (customer_no, purpose, day, used, by_channel)
            SELECT o.customer_no, @purpose, o.cap_day, 1, o.unit FROM open_rows o
            WHERE o.to_state = 1 AND o.cap_day <> 0 AND @per_day > 0 AND o.used_before < @per_30_days
                AND ((@channel_day / o.unit) & 255) > 0 AND o.channel_before < ((@channel_30_days / o.unit) & 255){onInsert}
            ORDER BY o.customer_no
            ON CONFLICT (customer_no, purpose, day) DO UPDATE SET used = t.used + 1, by_channel = t.by_channel + excluded.by_channel
                WHERE t.used < @per_day AND t.used + (
                    SELECT COALESCE(SUM(d.used), 0) FROM cap_days d
                    WHERE d.customer_no = excluded.customer_no AND d.purpose = excluded.purpose AND d.day > excluded.day - 30 AND d.day < excluded.day) < @per_30_days
                AND ((t.by_channel / excluded.by_channel) & 255) < ((@channel_day / excluded.by_channel) & 255)
                AND (((@channel_30_days / excluded.by_channel) & 255) = 255 OR ((t.by_channel / excluded.by_channel) & 255) + (
                    SELECT COALESCE(SUM((d.by_channel / excluded.by_channel) & 255), 0) FROM cap_days d
                    WHERE d.customer_no = excluded.customer_no AND d.purpose = excluded.purpose AND d.day > excluded.day - 30 AND d.day < excluded.day)
                    < ((@channel_30_days / excluded.by_channel) & 255)){onConflict}
            RETURNING t.customer_no
        ),
        addressed AS (
            INSERT INTO sent_addresses AS t (occurrence_id, address_hash, customer_no)
            SELECT DISTINCT ON (o.address_hash) @occurrence, o.address_hash, o.customer_no FROM open_rows o
            WHERE o.to_state = 1 AND o.address_hash IS NOT NULL AND (o.cap_day = 0 OR o.customer_no IN (SELECT customer_no FROM charged))
            ORDER BY o.address_hash, o.customer_no
            ON CONFLICT (occurrence_id, address_hash) DO UPDATE SET customer_no = t.customer_no WHERE t.customer_no = excluded.customer_no
            RETURNING t.address_hash, t.customer_no
        ),
        decided AS MATERIALIZED (
            SELECT o.*, CASE
                WHEN o.to_state <> 1 THEN 0
                WHEN o.cap_day <> 0 AND o.customer_no NOT IN (SELECT customer_no FROM charged) THEN 10
                WHEN o.address_hash IS NOT NULL AND (o.address_hash, o.customer_no) NOT IN (SELECT address_hash, customer_no FROM addressed) THEN 11
                ELSE 0 END AS refusal
            FROM open_rows o
        ),
        moved AS (
            UPDATE messages AS m SET state = CASE WHEN d.refusal = 0 THEN d.to_state ELSE 7 END, reason = CASE WHEN d.refusal = 0 THEN d.to_reason ELSE d.refusal END,
                channel = d.to_channel, account_no = d.account_no, due_at = d.due_at, cap_day = CASE WHEN d.refusal = 0 THEN d.cap_day ELSE 0 END,
                variant = d.variant, cost = CASE WHEN d.to_state = 1 AND d.refusal = 0 THEN d.cost ELSE 0 END,
                attempt = m.attempt + CASE WHEN d.to_state = 1 AND d.refusal = 0 THEN 1 ELSE 0 END, epoch = @epoch,
                route = CASE WHEN d.to_state = 1 AND d.refusal = 0 THEN d.route ELSE m.route END,
                lease_until = CASE WHEN d.to_state = 1 AND d.refusal = 0 THEN @lease_until ELSE 0 END, changed_at = @now
            FROM decided d
            WHERE m.occurrence_id = d.occurrence_id AND m.customer_no = d.customer_no AND m.step = d.step AND m.state = d.from_state
            RETURNING d.customer_no, d.step, d.from_state, d.from_reason, d.from_channel, m.state, m.reason, m.channel
        ),
        counted AS (
            INSERT INTO message_counts AS t (occurrence_id, step, channel, state, reason, shard, count)
            SELECT @occurrence, x.step, x.channel, x.state, x.reason, @shard, SUM(x.delta) FROM (
                SELECT step, from_channel AS channel, from_state AS state, from_reason AS reason, -1 AS delta FROM moved
                UNION ALL SELECT step, channel, state, reason, 1 FROM moved) AS x
            GROUP BY x.step, x.channel, x.state, x.reason HAVING SUM(x.delta) <> 0 ORDER BY x.step, x.channel, x.state, x.reason
            ON CONFLICT (occurrence_id, step, channel, state, reason, shard) DO UPDATE SET count = t.count + excluded.count
        )
        SELECT g.is_alive, g.is_closed, g.switched_at, x.customer_no, x.step, x.refusal, x.is_charged, x.is_moved
        FROM gate g LEFT JOIN (
            SELECT * FROM (
                SELECT r.customer_no, r.step,
                    CASE WHEN (r.customer_no, r.step) IN (SELECT customer_no, step FROM decided WHERE refusal = 10) THEN 10
                        WHEN (r.customer_no, r.step) IN (SELECT customer_no, step FROM decided WHERE refusal = 11) THEN 11 ELSE 0 END AS refusal,
                    r.customer_no IN (SELECT customer_no FROM charged) AS is_charged,
                    (r.customer_no, r.step) IN (SELECT customer_no, step FROM moved) AS is_moved
                FROM r OFFSET 0) AS y
            WHERE y.refusal <> 0 OR NOT y.is_moved) AS x ON true
        """;

    /// <returns>Null: this node no longer holds its lease.</returns>
    public static async Task<(LeaseResult Result, IReadOnlyList<CapCharge> ChargedForNothing)?> RunAsync(
        WriteTransaction tx, LeaseOrder order, long now, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, order, now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var exceptions = new Dictionary<(long, short), Exceptional>();
        var switchedAt = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.GetBoolean(0))
                return null;
            switchedAt = reader.GetInt64(2);
            if (reader.GetBoolean(1) || switchedAt > order.Gate.SwitchesReadAt)
                return (LeaseResult.Closed(switchedAt), []);
            if (!reader.IsDBNull(3))
                exceptions.Add((reader.GetInt64(3), reader.GetInt16(4)), new Exceptional((SkipReason)reader.GetInt32(5), reader.GetBoolean(6), reader.GetBoolean(7)));
        }
        return exceptions.Count == 0 ? (new LeaseResult(false, switchedAt, order.Rows), []) : Sort(order.Rows, switchedAt, exceptions);
    }

    private static (LeaseResult Result, IReadOnlyList<CapCharge> ChargedForNothing) Sort(IReadOnlyList<LeaseRow> rows, long switchedAt, Dictionary<(long, short), Exceptional> exceptions)
    {
        var standing = new List<LeaseRow>(rows.Count);
        var release = new List<CapCharge>();
        foreach (var row in rows)
        {
            if (!exceptions.TryGetValue((row.Due.CustomerNo, row.Due.Step), out var found))
            {
                standing.Add(row);
                continue;
            }
            if (found.IsCharged && row.CapDay != 0)
                release.Add(row.Charge);
            if (found.IsMoved)
                standing.Add(row.Refused(found.Refusal));
        }
        return (new LeaseResult(false, switchedAt, standing), release);
    }

    private static DbCommand Command(WriteTransaction tx, LeaseOrder order, long now)
    {
        var command = tx.Connection.CreateCommand();
        (command.Transaction, command.CommandText) = (tx.Transaction, LedgerMonth.Direct(order.Caps.Caps.HasPeriods ? WithPeriods : Text, tx.Dialect, order.OccurrenceId));
        RowSet.Bind(command, "occurrence", order.OccurrenceId);
        RowSet.Bind(command, "now", now);
        RowSet.Bind(command, "lease_until", order.LeaseUntil);
        RowSet.Bind(command, "shard", order.Shard);
        BindGate(command, order.Gate);
        RowSet.Bind(command, "purpose", order.Caps.Purpose);
        RowSet.Bind(command, "per_day", order.Caps.Caps.PerDay ?? int.MaxValue);
        RowSet.Bind(command, "per_30_days", order.Caps.Caps.Per30Days ?? int.MaxValue);
        RowSet.Bind(command, "channel_day", order.Caps.Caps.ChannelPerDay.Packed);
        RowSet.Bind(command, "channel_30_days", order.Caps.Caps.ChannelPer30Days.Packed);
        if (order.Caps.Caps.HasPeriods)
            BindPeriods(command, order.Caps.Caps);
        BindRows(command, tx.Dialect, order.Rows);
        return command;
    }

    private static void BindPeriods(DbCommand command, FrequencyCaps caps)
    {
        RowSet.Bind(command, "per_week", caps.PerWeek ?? int.MaxValue);
        RowSet.Bind(command, "per_month", caps.PerMonth ?? int.MaxValue);
        RowSet.Bind(command, "channel_week", caps.ChannelPerWeek.Packed);
        RowSet.Bind(command, "channel_month", caps.ChannelPerMonth.Packed);
    }

    private static void BindGate(DbCommand command, LeaseGate gate)
    {
        RowSet.Bind(command, "node", gate.Node);
        RowSet.Bind(command, "epoch", gate.Epoch);
        RowSet.Bind(command, "campaign", gate.CampaignId);
        RowSet.Bind(command, "package", gate.PackageHash);
        RowSet.Bind(command, "read_at", gate.SwitchesReadAt);
        RowSet.Bind(command, "scopes", gate.Scopes.ToArray());
        RowSet.Bind(command, "whole", gate.Scopes.Where(scope => !new ControlScope(scope).IsPartial).ToArray());
        RowSet.Bind(command, "switch_scope", RowSet.Column(gate.Parts, part => part.Scope));
        RowSet.Bind(command, "switch_part", RowSet.Column(gate.Parts, part => part.Part));
    }

    private static void BindRows(DbCommand command, DatabaseDialect dialect, IReadOnlyList<LeaseRow> rows) => RowSet.Bind(
        command, dialect,
        ("customer_no", RowSet.Column(rows, row => row.Due.CustomerNo)),
        ("step", RowSet.Column(rows, row => row.Due.Step)),
        ("from_state", RowSet.Column(rows, row => (short)row.Due.State)),
        ("from_reason", RowSet.Column(rows, row => (short)row.Due.Reason)),
        ("from_channel", RowSet.Column(rows, row => row.Due.Channel)),
        ("version", RowSet.Column(rows, row => row.Version)),
        ("to_state", RowSet.Column(rows, row => (short)row.To)),
        ("to_reason", RowSet.Column(rows, row => (short)row.Reason)),
        ("to_channel", RowSet.Column(rows, row => row.Channel)),
        ("account_no", RowSet.Column(rows, row => row.AccountNo)),
        ("due_at", RowSet.Column(rows, row => row.DueAt)),
        ("cap_day", RowSet.Column(rows, row => row.CapDay)),
        ("address_hash", RowSet.Column(rows, row => row.AddressHash)),
        ("variant", RowSet.Column(rows, row => row.Variant)),
        ("cost", RowSet.Column(rows, row => row.Cost)),
        ("part", RowSet.Column(rows, row => row.Part)),
        ("route", RowSet.Column(rows, row => row.Route)));

    private readonly record struct Exceptional(SkipReason Refusal, bool IsCharged, bool IsMoved);
}
