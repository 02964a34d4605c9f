using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Settles lost commit replies on PostgreSQL. Each transaction leaves a mark of its own in a row that no other transaction uses at that time, in
/// the same round trip as its COMMIT; when the reply never comes, the row says whether the transaction stands. (The server's own transaction
/// status can't: after a crash a number that was never made durable is given again.) Thread-safe.
/// </summary>
internal sealed class CommitMarks(TimeProvider clock)
{
    private const string Commit = """
        INSERT INTO commit_marks (process, slot, mark, at) VALUES (@process, @slot, @mark, @at)
        ON CONFLICT (process, slot) DO UPDATE SET mark = excluded.mark, at = excluded.at;
        COMMIT
        """;

    // Waits for a transaction whose reply was lost while the server was still committing it, also where that one inserts the row: a SELECT would not
    // see it, and nothing would be waited for.
    private const string Find = """
        INSERT INTO commit_marks (process, slot, mark, at) VALUES (@process, @slot, @nothing, 0)
        ON CONFLICT (process, slot) DO UPDATE SET mark = commit_marks.mark
        RETURNING mark
        """;
    private readonly Guid process = Guid.NewGuid();
    private readonly ConcurrentBag<int> free = [];
    private int slots;

    /// <summary>Commits.</summary>
    /// <returns>True: it stands. False: the line was lost and the server has undone it; it may be begun again.</returns>
    /// <exception cref="CommitUnknownException">The server did not come back in time.</exception>
    public async Task<bool> CommitAsync(WriteTransaction tx, Func<DbConnection> connect)
    {
        var slot = free.TryTake(out var used) ? used : Interlocked.Increment(ref slots);
        var mark = Guid.NewGuid();
        try
        {
            await ExecuteAsync(tx.Connection, tx.Transaction, slot, mark);
        }
        catch (Exception exception) when (ConnectionLoss.IsLoss(exception))
        {
            // Where nobody can say, the slot stays taken: whatever the lost transaction still does, it does to this row.
            var stands = await AskAsync(connect, slot, mark, exception);
            free.Add(slot);
            return stands;
        }
        catch
        {
            free.Add(slot);
            throw;
        }
        free.Add(slot);
        return true;
    }

    private async Task ExecuteAsync(DbConnection connection, DbTransaction transaction, int slot, Guid mark)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Commit;
        command.Parameters.Add(new NpgsqlParameter("process", process));
        command.Parameters.Add(new NpgsqlParameter("slot", slot));
        command.Parameters.Add(new NpgsqlParameter("mark", mark));
        command.Parameters.Add(new NpgsqlParameter("at", clock.GetUtcNow().ToUnixTimeMilliseconds()));
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task<bool> AskAsync(Func<DbConnection> connect, int slot, Guid mark, Exception lost)
    {
        var loss = new ConnectionLoss();
        while (true)
        {
            try
            {
                await using var connection = connect();
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = Find;
                command.Parameters.Add(new NpgsqlParameter("process", process));
                command.Parameters.Add(new NpgsqlParameter("slot", slot));
                command.Parameters.Add(new NpgsqlParameter("nothing", Guid.Empty));
                return await command.ExecuteScalarAsync() is Guid found && found == mark;
            }
            catch (Exception exception) when (loss.MayPass(exception, CancellationToken.None))
            {
                loss = await loss.WaitAsync(CancellationToken.None);
            }
            catch (Exception exception) when (ConnectionLoss.IsLoss(exception))
            {
                throw new CommitUnknownException(lost);
            }
        }
    }
}

/// <summary>The database was lost during a commit and did not come back in time to say whether it stands.</summary>
public sealed class CommitUnknownException(Exception inner) : Exception("The database was lost during a commit; whether it stands is not known yet.", inner);
