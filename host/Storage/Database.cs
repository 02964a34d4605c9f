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
/// <param name="contexts">Contexts on the program's connections.</param>
/// <param name="dialect">The database.</param>
/// <param name="ledgerContexts">Contexts on connections whose plans only walk indexes; null: there is one kind of connection (SQLite).</param>
public sealed class Database(IDbContextFactory<OrchestratorDb> contexts, DatabaseDialect dialect, IDbContextFactory<OrchestratorDb>? ledgerContexts = null) : IDisposable
{
    private const int Attempts = 4;
    private readonly SemaphoreSlim writer = new(1, 1);
    private readonly CommitMarks marks = new(TimeProvider.System);

    public DatabaseDialect Dialect => dialect;

    /// <summary>Runs <paramref name="query"/>; again from the start, with a fresh context, when the server is lost for a moment.</summary>
    public Task<T> ReadAsync<T>(Func<OrchestratorDb, CancellationToken, Task<T>> query, CancellationToken cancellationToken) =>
        ReadAsync(contexts, query, cancellationToken);

    /// <summary>A read of the send path: rows are reached by key, whatever the statistics of a table that was empty a minute ago make the planner believe.</summary>
    public Task<T> LedgerReadAsync<T>(Func<OrchestratorDb, CancellationToken, Task<T>> query, CancellationToken cancellationToken) =>
        ReadAsync(ledgerContexts ?? contexts, query, cancellationToken);

    private static async Task<T> ReadAsync<T>(IDbContextFactory<OrchestratorDb> source, Func<OrchestratorDb, CancellationToken, Task<T>> query, CancellationToken cancellationToken)
    {
        var loss = new ConnectionLoss();
        while (true)
        {
            try
            {
                await using var db = await source.CreateDbContextAsync(cancellationToken);
                db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
                return await query(db, cancellationToken);
            }
            catch (Exception exception) when (loss.MayPass(exception, cancellationToken))
            {
                loss = await loss.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction. After a deadlock, a serialization failure or the loss of the server everything is undone,
    /// so the work is run again from the start with a fresh context: it must have no effect outside the transaction. A commit whose reply was
    /// lost is settled by asking, so that nothing is done twice.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<WriteTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(contexts, work, isMarked: dialect == DatabaseDialect.PostgreSql, cancellationToken);

    /// <summary>A write of the send path; see <see cref="LedgerReadAsync"/>.</summary>
    public Task<T> LedgerWriteAsync<T>(Func<WriteTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(ledgerContexts ?? contexts, work, isMarked: dialect == DatabaseDialect.PostgreSql, cancellationToken);

    /// <summary>Changes the schema: before the marks of <see cref="CommitMarks"/> have a place.</summary>
    internal Task<T> WriteSchemaAsync<T>(Func<WriteTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(contexts, work, isMarked: false, cancellationToken);

    private async Task<T> WriteAsync<T>(IDbContextFactory<OrchestratorDb> source, Func<WriteTransaction, CancellationToken, Task<T>> work, bool isMarked, CancellationToken cancellationToken)
    {
        var loss = new ConnectionLoss();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await WriteOnceAsync(source, work, isMarked, cancellationToken) is { Stands: true } written)
                    return written.Result;
            }
            catch (Exception exception) when (attempt < Attempts && IsUndone(exception))
            {
                // Begin again: nothing of the attempt is left.
            }
            catch (Exception exception) when (loss.MayPass(exception, cancellationToken))
            {
                loss = await loss.WaitAsync(cancellationToken);
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

    private async Task<(bool Stands, T Result)> WriteOnceAsync<T>(IDbContextFactory<OrchestratorDb> source, Func<WriteTransaction, CancellationToken, Task<T>> work, bool isMarked, CancellationToken cancellationToken)
    {
        var gated = dialect == DatabaseDialect.Sqlite;
        if (gated)
            await writer.WaitAsync(cancellationToken);
        try
        {
            await using var db = await source.CreateDbContextAsync(cancellationToken);
            // Microsoft.Data.Sqlite begins IMMEDIATE unless asked for a deferred transaction.
            await using var transaction = await db.Database.BeginTransactionAsync(
                gated ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellationToken);
            var tx = new WriteTransaction(db, transaction, dialect);
            if (IdempotencyScope.Current is { } idempotency)
                await idempotency.ClaimAsync(tx, cancellationToken);
            var result = await work(tx, cancellationToken);
            if (result is IRefusable { IsRefused: true })
                return (true, result);
            await db.SaveChangesAsync(cancellationToken);
            if (!isMarked)
                await transaction.CommitAsync(CancellationToken.None);
            else if (!await marks.CommitAsync(tx, () => contexts.CreateDbContext().Database.GetDbConnection()))
                return (false, result);
            tx.RunAfterCommit();
            return (true, result);
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
