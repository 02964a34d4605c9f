using System.Collections.Concurrent;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Makes the months of the ledger's tables on PostgreSQL; on SQLite there is nothing to make. Whoever needs a month may ask, on any node at any time:
/// a month is attached, which keeps no sender waiting, and in a transaction of its own on a connection of its own, so that a long transaction of the
/// asker holds nothing up. Thread-safe.
/// </summary>
internal sealed partial class LedgerPartitions(IDbContextFactory<OrchestratorDb> contexts, ILogger<LedgerPartitions> log, NpgsqlDataSource? source = null)
{
    private const long AdvisoryLock = 0x0C4E7;
    private readonly ConcurrentDictionary<int, bool> known = new();

    /// <summary>The divided tables with their fill factors.</summary>
    public IReadOnlyList<(string Table, int FillFactor)> Tables { get; } = TablesOf(contexts);

    public static string NameOf(string table, LedgerMonth month) => FormattableString.Invariant($"{table}_{month.Number}");

    /// <summary>Returns when the month's tables are there.</summary>
    public async Task EnsureAsync(LedgerMonth month, CancellationToken cancellationToken)
    {
        if (source is null || known.ContainsKey(month.Number))
            return;
        var loss = new ConnectionLoss();
        while (true)
        {
            try
            {
                await MakeAsync(source, month, cancellationToken);
                known[month.Number] = true;
                return;
            }
            catch (Exception exception) when (loss.MayPass(exception, cancellationToken))
            {
                loss = await loss.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Nobody writes into the month any more until the commit; people still read it.</summary>
    public async Task CloseAsync(WriteTransaction tx, LedgerMonth month, CancellationToken cancellationToken)
    {
        if (source is null || await ThereAsync(tx.Db, month, cancellationToken) is not { Count: > 0 } there)
            return;
        // Who waits longer than this lets others by and comes again.
        await tx.Connection.ExecuteAsync(new CommandDefinition($"SET LOCAL lock_timeout = '2s'; LOCK TABLE {string.Join(", ", there)} IN EXCLUSIVE MODE", transaction: tx.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Takes everything out of the month's tables, at once, whatever their size.</summary>
    public async Task EmptyAsync(WriteTransaction tx, LedgerMonth month, CancellationToken cancellationToken)
    {
        if (source is not null && await ThereAsync(tx.Db, month, cancellationToken) is { Count: > 0 } there)
            await tx.Connection.ExecuteAsync(new CommandDefinition($"TRUNCATE {string.Join(", ", there)}", transaction: tx.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Throws the empty tables of a dropped month away, one by one: for the moment of it each needs its whole table alone, and waits for that no longer
    /// than senders would notice. What does not go now goes in the night. Nothing happens to a month that is not dropped, nor to a table with a row in it.
    /// </summary>
    public async Task ThrowAwayAsync(LedgerMonth month, CancellationToken cancellationToken)
    {
        if (source is null)
            return;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        foreach (var (table, _) in Tables)
        {
            try
            {
                var name = NameOf(table, month);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await connection.ExecuteAsync(new CommandDefinition("SET LOCAL lock_timeout = '250ms'", transaction: transaction, cancellationToken: cancellationToken));
                if (await IsAsync("SELECT to_regclass(@name) IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_month_drops WHERE month = @month AND state = 'Dropped')")
                    && await IsAsync($"SELECT NOT EXISTS (SELECT 1 FROM {name})"))
                    await connection.ExecuteAsync(new CommandDefinition($"DROP TABLE {name}", transaction: transaction, cancellationToken: cancellationToken));
                await transaction.CommitAsync(cancellationToken);

                Task<bool> IsAsync(string sql) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(sql, new { name, month = month.Number }, transaction, cancellationToken: cancellationToken));
            }
            catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                LogBusy(NameOf(table, month));
            }
        }
    }

    /// <summary>What the months' tables take, indexes included; null: the database doesn't say.</summary>
    public async Task<IReadOnlyDictionary<int, long>?> SizesAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        if (source is null)
            return null;
        var rows = await db.Database.GetDbConnection().QueryAsync<(int Month, long Bytes)>(new CommandDefinition(
            @"SELECT substring(c.relname from '_(\d{6})$')::int, SUM(pg_total_relation_size(c.oid))::bigint FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent::regclass::text = ANY(@tables) GROUP BY 1",
            new { tables = Tables.Select(table => table.Table).ToArray() }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Month, row => row.Bytes);
    }

    /// <summary>Rows of a month by table.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(OrchestratorDb db, LedgerMonth month, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>();
        foreach (var (table, _) in Tables)
            rows[table] = await db.Database.GetDbConnection().ExecuteScalarAsync<long>(new CommandDefinition($"SELECT COUNT(*) FROM {table} WHERE occurrence_id > @from AND occurrence_id < @to", new { from = month.FirstId, to = month.EndId }, cancellationToken: cancellationToken));
        return rows;
    }

    private async Task<IReadOnlyList<string>> ThereAsync(OrchestratorDb db, LedgerMonth month, CancellationToken cancellationToken) =>
        [.. await db.Database.GetDbConnection().QueryAsync<string>(new CommandDefinition(
            "SELECT n FROM unnest(@names) AS n WHERE to_regclass(n) IS NOT NULL ORDER BY n", new { names = Tables.Select(table => NameOf(table.Table, month)).ToArray() }, db.Database.CurrentTransaction?.GetDbTransaction(), cancellationToken: cancellationToken))];

    private async Task MakeAsync(NpgsqlDataSource server, LedgerMonth month, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var turn = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({AdvisoryLock})", connection, transaction))
            await turn.ExecuteNonQueryAsync(cancellationToken);
        foreach (var (table, fillFactor) in Tables)
        {
            var name = NameOf(table, month);
            await using var find = new NpgsqlCommand("SELECT to_regclass(@name) IS NOT NULL", connection, transaction) { Parameters = { new NpgsqlParameter("name", name) } };
            if (await find.ExecuteScalarAsync(cancellationToken) is true)
                continue;
#pragma warning disable CA2100 // Names of the model and numbers.
            await using var make = new NpgsqlCommand(
                $"""
                CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor={fillFactor});
                ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({month.FirstId}) TO ({month.EndId});
                """,
                connection, transaction);
#pragma warning restore CA2100
            await make.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The empty table {Table} is in use just now; it is thrown away tomorrow.")]
    private partial void LogBusy(string table);

    private static IReadOnlyList<(string Table, int FillFactor)> TablesOf(IDbContextFactory<OrchestratorDb> contexts)
    {
        using var db = contexts.CreateDbContext();
        return ByMonth.TablesOf(db.Model);
    }
}
