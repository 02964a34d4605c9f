using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Orchestrator.Host.Storage;

/// <summary>One transaction in progress. <see cref="Db"/> is saved and committed by <see cref="Database"/> when the work returns.</summary>
public sealed class WriteTransaction
{
    private readonly List<Action> afterCommit = [];

    internal WriteTransaction(OrchestratorDb db, IDbContextTransaction transaction, DatabaseDialect dialect)
    {
        Db = db;
        Transaction = transaction.GetDbTransaction();
        Dialect = dialect;
    }

    public OrchestratorDb Db { get; }

    public DbTransaction Transaction { get; }

    public DbConnection Connection => Db.Database.GetDbConnection();

    public DatabaseDialect Dialect { get; }

    /// <summary>
    /// Tracked rows, locked until the end of the transaction: FOR UPDATE on PostgreSQL; on SQLite the single writer already holds everything.
    /// <paramref name="select"/> is a constant with {0}-style parameters.
    /// </summary>
    public IQueryable<T> Locked<T>(string select, params object[] parameters)
        where T : class =>
#pragma warning disable EF1002, EF1003 // The text is a constant of the caller plus a constant suffix; values travel as parameters.
        Db.Set<T>().FromSqlRaw(Dialect == DatabaseDialect.PostgreSql ? select + " FOR UPDATE" : select, parameters).AsTracking();
#pragma warning restore EF1002, EF1003

    /// <summary>The same without those that another transaction has locked.</summary>
    public IQueryable<T> LockedIfFree<T>(string select, params object[] parameters)
        where T : class =>
#pragma warning disable EF1002, EF1003 // As above.
        Db.Set<T>().FromSqlRaw(Dialect == DatabaseDialect.PostgreSql ? select + " FOR UPDATE SKIP LOCKED" : select, parameters).AsTracking();
#pragma warning restore EF1002, EF1003

    /// <summary>Runs <paramref name="action"/> once the commit is durable, never if it is not; it must not throw.</summary>
    public void AfterCommit(Action action) => afterCommit.Add(action);

    internal void RunAfterCommit()
    {
        foreach (var action in afterCommit)
            action();
    }
}
