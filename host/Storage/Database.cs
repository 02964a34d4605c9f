using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Every read and write goes through here. A write is one transaction: begun, run, saved, committed, then its after-commit actions.
/// SQLite allows one writer, so writers of this process queue first come, first served instead of fighting for the file's lock.
/// Safe for concurrent use.
/// </summary>
public sealed class Database(IDbContextFactory<OrchestratorDb> contexts, DatabaseDialect dialect) : IDisposable
{
    private const int Attempts = 4;
    private readonly SemaphoreSlim writer = new(1, 1);

    public DatabaseDialect Dialect => dialect;

    public async Task<T> ReadAsync<T>(Func<OrchestratorDb, CancellationToken, Task<T>> query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await query(db, cancellationToken);
    }

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction. On a deadlock or serialization failure PostgreSQL has undone everything, so the work is
    /// run again from the start with a fresh context: it must have no effect outside the transaction.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<WriteTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(work, cancellationToken);
            }
            catch (Exception exception) when (attempt < Attempts && IsUndone(exception))
            {
                // Begin again: nothing of the attempt is left.
            }
        }
    }

    public Task WriteAsync(Func<WriteTransaction, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async (tx, token) =>
            {
                await work(tx, token);
                return true;
            },
            cancellationToken);

    private async Task<T> WriteOnceAsync<T>(Func<WriteTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var gated = dialect == DatabaseDialect.Sqlite;
        if (gated)
            await writer.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            // Microsoft.Data.Sqlite begins IMMEDIATE unless asked for a deferred transaction.
            await using var transaction = await db.Database.BeginTransactionAsync(
                gated ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellationToken);
            var tx = new WriteTransaction(db, transaction, dialect);
            if (IdempotencyScope.Current is { } idempotency)
                await idempotency.ClaimAsync(tx, cancellationToken);
            var result = await work(tx, cancellationToken);
            if (result is IRefusable { IsRefused: true })
                return result;
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            tx.RunAfterCommit();
            return result;
        }
        finally
        {
            if (gated)
                writer.Release();
        }
    }

    private static bool IsUndone(Exception exception) =>
        exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => true,
            SqliteException { SqliteErrorCode: 5 or 6 } => true,
            DbUpdateException { InnerException: { } inner } => IsUndone(inner),
            InvalidOperationException { InnerException: { } inner } => IsUndone(inner),
            _ => false,
        };

    public void Dispose() => writer.Dispose();
}
