using System.Data.Common;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>Caps, addresses, evidence and the plumbing of statements.</summary>
internal sealed partial class Ledger
{
    public async Task ReleaseCapsAsync(WriteTransaction tx, short purpose, IReadOnlyList<CapCharge> charges, CancellationToken cancellationToken)
    {
        if (charges.Count == 0)
            return;
        await using var command = Command(tx, sql.ReleaseCaps, ("purpose", purpose));
        BindCharges(command, tx.Dialect, [.. charges.OrderBy(charge => charge.CustomerNo)]);
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

    private static void BindCharges(DbCommand command, DatabaseDialect dialect, IReadOnlyList<CapCharge> charges, Func<int, int>? since = null) => RowSet.Bind(
        command, dialect,
        [
            ("customer_no", Column(charges, charge => charge.CustomerNo)),
            ("day", Column(charges, charge => charge.Day)),
            ("unit", Column(charges, charge => ChannelBytes.Unit(charge.Channel))),
            .. since is null ? Array.Empty<(string, Array)>() : [("since", Column(charges, charge => since(charge.Day)))],
        ]);

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

    private static TValue[] Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value) => RowSet.Column(rows, value);

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
