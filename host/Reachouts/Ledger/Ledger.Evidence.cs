using System.Data.Common;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Caps, addresses, evidence and the plumbing of statements.</summary>
internal sealed partial class Ledger
{
    public async Task ReleaseCapsAsync(WriteTransaction tx, short purpose, IReadOnlyList<(long CustomerNo, int Day)> charges, CancellationToken cancellationToken)
    {
        if (charges.Count == 0)
            return;
        await using var command = Command(tx, sql.ReleaseCaps, ("purpose", purpose));
        BindDays(command, tx.Dialect, [.. charges.OrderBy(charge => charge.CustomerNo)]);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task AddIssuesAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        await using var command = Command(tx, sql.AddIssues, ("occurrence", occurrenceId), ("now", Now));
        RowSet.Bind(
            command, tx.Dialect,
            ("customer_no", Column(rows, row => row.CustomerNo)),
            ("step", Column(rows, row => row.Step)),
            ("attempt", Column(rows, row => row.Attempt)),
            ("account_no", Column(rows, row => row.AccountNo)),
            ("state", Column(rows, row => (short)row.To)),
            ("reason", Column(rows, row => (short)row.Reason)),
            ("code", Column(rows, row => row.Code)),
            ("text", Column(rows, row => row.Text)),
            ("settle_after", Column(rows, row => row.SettleAfter)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Marks listed attempts as settled.</summary>
    public async Task CloseIssuesAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        await using var command = Command(tx, sql.CloseIssues, ("occurrence", occurrenceId));
        RowSet.Bind(
            command, tx.Dialect,
            ("customer_no", Column(rows, row => row.CustomerNo)),
            ("step", Column(rows, row => row.Step)),
            ("attempt", Column(rows, row => row.Attempt)),
            ("state", Column(rows, row => (short)row.To)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task AddRefsAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<SettleRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        await using var command = Command(tx, sql.AddRefs, ("occurrence", occurrenceId));
        RowSet.Bind(
            command, tx.Dialect,
            ("account_no", Column(rows, row => row.AccountNo)),
            ("ref", Column(rows, row => row.ProviderRef)),
            ("customer_no", Column(rows, row => row.CustomerNo)),
            ("step", Column(rows, row => row.Step)),
            ("attempt", Column(rows, row => row.Attempt)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Charges today's row of each customer first, which also locks it, then adds the 29 days before: two reach-outs at the same moment can't both
    /// get the last place. Who is over is charged back and skipped.
    /// </summary>
    private async Task<IReadOnlyList<LeaseRow>> ChargeCapsAsync(WriteTransaction tx, IReadOnlyList<LeaseRow> rows, CapRule caps, CancellationToken cancellationToken)
    {
        List<(long CustomerNo, int Day)> charges = [.. rows.Where(row => row.CapDay != 0).Select(row => (row.Due.CustomerNo, row.CapDay)).OrderBy(charge => charge.CustomerNo)];
        if (!caps.IsNeeded || charges.Count == 0)
            return rows;
        var used = await SumAsync(tx, sql.ChargeCaps, caps.Purpose, charges, cancellationToken);
        var before = caps.Per30Days is null ? [] : await SumAsync(tx, sql.CapsBefore, caps.Purpose, charges, cancellationToken);
        bool IsOver(long customer) => used[customer] > caps.PerDay || used[customer] + before.GetValueOrDefault(customer) > caps.Per30Days;
        await ReleaseCapsAsync(tx, caps.Purpose, [.. charges.Where(charge => IsOver(charge.CustomerNo))], cancellationToken);
        return [.. rows.Select(row => row.CapDay != 0 && IsOver(row.Due.CustomerNo) ? row.Refused(SkipReason.FrequencyCap) : row)];
    }

    private async Task<IReadOnlyList<LeaseRow>> TakeAddressesAsync(WriteTransaction tx, long occurrenceId, IReadOnlyList<LeaseRow> rows, CapRule caps, CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, long>();
        foreach (var row in rows.Where(row => row.AddressHash is not null && row.To == MessageState.Leased))
            first.TryAdd(row.AddressHash!, row.Due.CustomerNo);
        if (first.Count == 0)
            return rows;
        var holders = new Dictionary<string, long>();
        await using (var command = Command(tx, sql.TakeAddresses, ("occurrence", occurrenceId)))
        {
            RowSet.Bind(command, tx.Dialect, ("address_hash", first.Keys.ToArray()), ("customer_no", first.Values.ToArray()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                holders[reader.GetString(0)] = reader.GetInt64(1);
        }
        bool IsTaken(LeaseRow row) => row is { AddressHash: { } hash, To: MessageState.Leased } && holders[hash] != row.Due.CustomerNo;
        await ReleaseCapsAsync(tx, caps.Purpose, [.. rows.Where(row => IsTaken(row) && row.CapDay != 0).Select(row => (row.Due.CustomerNo, row.CapDay))], cancellationToken);
        return [.. rows.Select(row => IsTaken(row) ? row.Refused(SkipReason.DuplicateAddress) : row)];
    }

    private static async Task<Dictionary<long, long>> SumAsync(WriteTransaction tx, string sql, short purpose, IReadOnlyList<(long CustomerNo, int Day)> charges, CancellationToken cancellationToken)
    {
        await using var command = Command(tx, sql, ("purpose", purpose));
        BindDays(command, tx.Dialect, charges);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sums = new Dictionary<long, long>();
        while (await reader.ReadAsync(cancellationToken))
            sums[reader.GetInt64(0)] = reader.GetInt64(1);
        return sums;
    }

    private static void BindDays(DbCommand command, DatabaseDialect dialect, IReadOnlyList<(long CustomerNo, int Day)> charges) =>
        RowSet.Bind(command, dialect, ("customer_no", Column(charges, charge => charge.CustomerNo)), ("day", Column(charges, charge => charge.Day)));

    private static async Task<IReadOnlyList<DueRow>> ReadDueAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<DueRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new DueRow(reader.GetInt64(0), reader.GetInt16(1), (MessageState)reader.GetInt16(2), (SkipReason)reader.GetInt16(3), reader.GetInt16(4), reader.GetInt16(5), reader.GetInt64(6), reader.GetInt16(7)));
        return rows;
    }

    private static async Task<HashSet<(long CustomerNo, short Step)>> ReadKeysAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var keys = new HashSet<(long, short)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            keys.Add((reader.GetInt64(0), reader.GetInt16(1)));
        return keys;
    }

    private static TValue[] Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }

    private static DbCommand Command(WriteTransaction tx, string text, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        Command(tx.Connection, tx.Transaction, text, parameters);

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is one of LedgerSql's; values travel as parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            RowSet.Bind(command, name, value);
        return command;
    }
}
