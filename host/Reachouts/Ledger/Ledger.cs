using System.Data.Common;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Writes the send ledger: every operation is a handful of set-based statements in the caller's transaction, counters included. Thread-safe.</summary>
internal sealed partial class Ledger(Database database, BusinessClock clock, TimeProvider realClock)
{
    private readonly LedgerSql sql = LedgerSql.For(database.Dialect);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long RealNow => realClock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Moves the rows to what was decided for them, if nothing is switched off and the package is the approved one, after charging frequency caps
    /// and taking addresses in order of customers.
    /// </summary>
    /// <param name="tx">Commits before anything is sent.</param>
    /// <param name="order">The rows; one per customer.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="LeaseLostException">This node no longer holds its lease.</exception>
    public async Task<LeaseResult> LeaseAsync(WriteTransaction tx, LeaseOrder order, CancellationToken cancellationToken)
    {
        if (tx.Dialect == DatabaseDialect.Sqlite)
            return await LeaseInStepsAsync(tx, order, cancellationToken);
        var (result, chargedForNothing) = await LeaseStatement.RunAsync(tx, order, Now, cancellationToken) ?? throw new LeaseLostException(order.Gate.Node, order.Gate.Epoch);
        await ReleaseCapsAsync(tx, order.Caps.Purpose, chargedForNothing, cancellationToken);
        return result;
    }

    /// <summary>
    /// Writes down what attempts came to. A message that a receipt has moved on meanwhile stays there; one that was given up as unknown takes the
    /// late evidence.
    /// </summary>
    /// <returns>The messages that were settled by this.</returns>
    public async Task<IReadOnlySet<(long CustomerNo, short Step)>> SettleAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, short purpose, short shard, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return new HashSet<(long, short)>();
        var left = tx.Dialect == DatabaseDialect.Sqlite
            ? await SettleInStepsAsync(tx, occurrenceId, rows, purpose, shard, cancellationToken)
            : await SettleStatement.RunAsync(tx, occurrenceId, [.. rows.OrderBy(row => row.CustomerNo)], purpose, shard, Now, cancellationToken);
        if (left.Count > 0)
            left.ExceptWith(await SettleLateAsync(tx, occurrenceId, [.. rows.Where(row => left.Contains((row.CustomerNo, row.Step)) && row.To != MessageState.Unknown)], purpose, shard, cancellationToken));
        await AddIssuesAsync(tx, occurrenceId, [.. rows.Where(row => row.IsIssue && !left.Contains((row.CustomerNo, row.Step)))], cancellationToken);
        return rows.Select(row => (row.CustomerNo, row.Step)).Where(key => !left.Contains(key)).ToHashSet();
    }

    /// <returns>The messages that were still unknown, and now have their verdict.</returns>
    private async Task<HashSet<(long CustomerNo, short Step)>> SettleLateAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, short purpose, short shard, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var deltas = new CountDeltas(occurrenceId);
        var settled = await SettleFromAsync(tx, occurrenceId, rows, MessageState.Unknown, SkipReason.Ambiguous, deltas, cancellationToken);
        await ReleaseCapsAsync(tx, purpose, [.. rows.Where(row => row.CapDay != 0 && settled.Contains((row.CustomerNo, row.Step))).Select(row => row.Charge)], cancellationToken);
        await CountAsync(tx, deltas, shard, cancellationToken);
        return settled;
    }

    /// <summary>Settles messages that are unknown.</summary>
    /// <returns>The messages that were settled by this.</returns>
    public async Task<IReadOnlySet<(long CustomerNo, short Step)>> SettleUnknownAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return new HashSet<(long, short)>();
        var deltas = new CountDeltas(occurrenceId);
        var settled = await SettleFromAsync(tx, occurrenceId, rows, MessageState.Unknown, SkipReason.Ambiguous, deltas, cancellationToken);
        await CountAsync(tx, deltas, 0, cancellationToken);
        return settled;
    }

    /// <summary>The messages of some customers in one occurrence, locked until the commit.</summary>
    public async Task<IReadOnlyList<DueRow>> LockAsync(WriteTransaction tx, long occurrenceId, IReadOnlyCollection<long> customers, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql.LockRows, ("occurrence", occurrenceId));
        RowSet.Bind(command, tx.Dialect, ("customer_no", customers.ToArray()));
        return await ReadDueAsync(command, cancellationToken);
    }

    /// <summary>Moves locked messages on by evidence, counters included.</summary>
    public async Task AdvanceAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<(DueRow From, MessageState To, SkipReason Reason)> moves, CancellationToken cancellationToken)
    {
        if (moves.Count == 0)
            return;
        await using (var command = Command(tx, sql.Advance, ("occurrence", occurrenceId), ("now", Now)))
        {
            RowSet.Bind(
                command, tx.Dialect,
                ("customer_no", Column(moves, move => move.From.CustomerNo)),
                ("step", Column(moves, move => move.From.Step)),
                ("to_state", Column(moves, move => (short)move.To)),
                ("to_reason", Column(moves, move => (short)move.Reason)));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        var deltas = new CountDeltas(occurrenceId);
        foreach (var (from, to, reason) in moves)
            deltas.Move(from.Key, new CountKey(from.Step, from.Channel, to, reason));
        await CountAsync(tx, deltas, 1, cancellationToken);
        await MessageBudgets.ApplyAsync(tx, occurrenceId, [.. moves.Select(move => new CostMove(move.From.Channel, move.From.State, move.From.Cost, move.To, move.From.Cost))], BudgetShare.Rest, cancellationToken);
    }

    /// <summary>Gives up leased messages of a range whose sender is gone: unknown until a receipt or the provider settles them.</summary>
    public async Task<int> StrandAsync(WriteTransaction tx, long occurrenceId, long first, long last, long settleAfter, short shard, CancellationToken cancellationToken)
    {
        var rows = new List<SettleRow>();
        await using (var command = Command(tx, sql.Strand, ("occurrence", occurrenceId), ("first", first), ("last", last), ("real", RealNow), ("now", Now)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(new SettleRow(reader.GetInt64(0), reader.GetInt16(1), reader.GetInt16(2), reader.GetInt16(3), reader.GetInt32(4), MessageState.Unknown, SkipReason.Ambiguous) { SettleAfter = settleAfter });
        }
        var deltas = new CountDeltas(occurrenceId);
        foreach (var row in rows)
            deltas.Move(new CountKey(row.Step, row.Channel, MessageState.Leased, SkipReason.None), row.Key);
        await AddIssuesAsync(tx, occurrenceId, rows, cancellationToken);
        await CountAsync(tx, deltas, shard, cancellationToken);
        return rows.Count;
    }

    /// <summary>Ends what still waits in a range.</summary>
    public Task<int> CloseAsync(WriteTransaction tx, long occurrenceId, long first, long last, MessageState to, SkipReason reason, CancellationToken cancellationToken) =>
        CloseAsync(tx, (sql.OpenRows, sql.Close), new Range(occurrenceId, first, last, long.MaxValue), (to, reason), cancellationToken);

    /// <summary>Ends what waits in a range and should have gone out by now.</summary>
    public Task<int> ExpireAsync(WriteTransaction tx, Occurrence occurrence, SendBatch batch, SkipReason reason, CancellationToken cancellationToken) =>
        CloseAsync(tx, (sql.OverdueRows, sql.Expire), Range.Of(occurrence, batch), (MessageState.Expired, reason), cancellationToken);

    private async Task<int> CloseAsync(WriteTransaction tx, (string Rows, string Close) sql, Range range, (MessageState State, SkipReason Reason) to, CancellationToken cancellationToken)
    {
        var now = Now;
        await using var open = Command(tx, sql.Rows, ("occurrence", range.OccurrenceId), ("first", range.First), ("last", range.Last), ("latest", range.Latest), ("now", now));
        var rows = await ReadDueAsync(open, cancellationToken);
        if (rows.Count == 0)
            return 0;
        var deltas = new CountDeltas(range.OccurrenceId);
        foreach (var row in rows)
            deltas.Move(row.Key, new CountKey(row.Step, row.Channel, to.State, to.Reason));
        await using var command = Command(
            tx, sql.Close,
            ("occurrence", range.OccurrenceId), ("first", range.First), ("last", range.Last), ("to", (short)to.State), ("reason", (short)to.Reason), ("latest", range.Latest), ("now", now));
        await command.ExecuteNonQueryAsync(cancellationToken);
        await CountAsync(tx, deltas, 0, cancellationToken);
        return rows.Count;
    }

    /// <summary>The messages of a range that ended for one of these reasons without reaching anybody, locked until the commit.</summary>
    public async Task<IReadOnlyList<DueRow>> EndedAsync(WriteTransaction tx, long occurrenceId, long first, long last, IReadOnlyList<SkipReason> reasons, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql.EndedRows, ("occurrence", occurrenceId), ("first", first), ("last", last));
        return [.. (await ReadDueAsync(command, cancellationToken)).Where(row => reasons.Contains(row.Reason))];
    }

    /// <summary>What is open in a range: when the next waiting message is due (business clock) and the earliest lease ends (real clock); null: none.</summary>
    public async Task<(long? NextDue, long? LeaseEnds)> OpenAsync(WriteTransaction tx, long occurrenceId, long first, long last, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql.Open, ("occurrence", occurrenceId), ("first", first), ("last", last));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.IsDBNull(0) ? null : reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1));
    }

    /// <summary>Puts the next members of the audience into the ledger.</summary>
    /// <returns>First and last customer of the slice; null when there are no more.</returns>
    public async Task<(long First, long Last)?> PlanAsync(WriteTransaction tx, Occurrence occurrence, long after, int limit, CancellationToken cancellationToken)
    {
        long first, last;
        await using (var slice = Command(tx, occurrence.HasOwnAudience ? sql.SliceEndOfOwn : sql.SliceEnd, ("occurrence", occurrence.Id), ("campaign", occurrence.CampaignId), ("after", after), ("limit", limit), ("rankAfter", occurrence.RankAfter), ("rankTo", occurrence.RankTo)))
        await using (var reader = await slice.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            if (reader.IsDBNull(0))
                return null;
            (first, last) = (reader.GetInt64(0), reader.GetInt64(1));
        }
        await using var command = Command(
            tx, occurrence.HasOwnAudience ? sql.PlanOfOwn : sql.Plan,
            ("occurrence", occurrence.Id), ("campaign", occurrence.CampaignId), ("after", after), ("last", last), ("now", Now), ("rankAfter", occurrence.RankAfter), ("rankTo", occurrence.RankTo));
        var planned = await command.ExecuteNonQueryAsync(cancellationToken);
        var deltas = new CountDeltas(occurrence.Id);
        deltas.Add(new CountKey(0, 0, MessageState.Planned, SkipReason.None), planned);
        await CountAsync(tx, deltas, 0, cancellationToken);
        return (first, last);
    }

    public async Task CountAsync(WriteTransaction tx, CountDeltas deltas, short shard, CancellationToken cancellationToken)
    {
        var changes = deltas.Changes;
        if (changes.Count == 0)
            return;
        await using var command = Command(tx, sql.Count);
        RowSet.Bind(
            command, tx.Dialect,
            ("occurrence_id", Column(changes, _ => deltas.OccurrenceId)),
            ("step", Column(changes, change => change.Key.Step)),
            ("channel", Column(changes, change => change.Key.Channel)),
            ("state", Column(changes, change => (short)change.Key.State)),
            ("reason", Column(changes, change => (short)change.Key.Reason)),
            ("shard", Column(changes, _ => shard)),
            ("delta", Column(changes, change => change.Delta)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<HashSet<(long CustomerNo, short Step)>> SettleFromAsync(
        WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, MessageState from, SkipReason fromReason, CountDeltas deltas, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql.Settle, ("occurrence", occurrenceId), ("from", (short)from), ("now", Now));
        RowSet.Bind(
            command, tx.Dialect,
            ("customer_no", Column(rows, row => row.CustomerNo)),
            ("step", Column(rows, row => row.Step)),
            ("attempt", Column(rows, row => row.Attempt)),
            ("to_state", Column(rows, row => (short)row.To)),
            ("to_reason", Column(rows, row => (short)row.Reason)),
            ("due_at", Column(rows, row => row.DueAt)),
            ("cost", Column(rows, row => row.Cost)));
        var moved = await ReadKeysAsync(command, cancellationToken);
        foreach (var row in rows.Where(row => moved.Contains((row.CustomerNo, row.Step))))
            deltas.Move(new CountKey(row.Step, row.Channel, from, fromReason), row.Key);
        return moved;
    }
}
