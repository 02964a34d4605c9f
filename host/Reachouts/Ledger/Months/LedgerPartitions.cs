using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// Makes the months of the ledger's tables on PostgreSQL; on SQLite there is nothing to make. Whoever needs a month may ask, on any node at any time:
/// a month is attached, which keeps no sender waiting, and in a transaction of its own on a connection of its own, so that a long transaction of the
/// asker holds nothing up. Thread-safe.
/// </summary>
internal sealed class LedgerPartitions(IDbContextFactory<OrchestratorDb> contexts, NpgsqlDataSource? source = null)
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

    private static IReadOnlyList<(string Table, int FillFactor)> TablesOf(IDbContextFactory<OrchestratorDb> contexts)
    {
        using var db = contexts.CreateDbContext();
        return ByMonth.TablesOf(db.Model);
    }
}
