using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Web;

/// <summary>
/// The Idempotency-Key of the request being served. The first write transaction of the request stores the key with the effect, so that both
/// are durable or neither is; a second request with the key meets the row and is answered from it.
/// </summary>
internal sealed class IdempotencyScope(string user, string key, string route, string bodyHash, DateTimeOffset now)
{
    private static readonly AsyncLocal<IdempotencyScope?> Ambient = new();

    public static IdempotencyScope? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public bool IsClaimed { get; private set; }

    public async Task ClaimAsync(WriteTransaction tx, CancellationToken cancellationToken)
    {
        if (IsClaimed)
            return;
        if (await tx.Db.Set<IdempotencyRecord>().AnyAsync(row => row.UserName == user && row.Key == key, cancellationToken))
            throw new IdempotencyReplayException();
        tx.Db.Add(new IdempotencyRecord { UserName = user, Key = key, Route = route, BodyHash = bodyHash, At = now });
        // Saved at once: of two racing requests the second must stop here, before it does anything.
        try
        {
            await tx.Db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException taken) when (taken.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation } or Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 })
        {
            throw new IdempotencyReplayException();
        }
        tx.AfterCommit(() => IsClaimed = true);
    }

    public async Task RememberAsync(Database database, int status, string? contentType, byte[] body, CancellationToken cancellationToken)
    {
        Current = null;
        await database.WriteAsync(
            (tx, token) => tx.Db.Set<IdempotencyRecord>()
                .Where(row => row.UserName == user && row.Key == key)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status).SetProperty(row => row.ContentType, contentType).SetProperty(row => row.Body, body), token),
            cancellationToken);
    }

    public Task<IdempotencyRecord?> FindAsync(Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => db.Set<IdempotencyRecord>().SingleOrDefaultAsync(row => row.UserName == user && row.Key == key, token),
            cancellationToken);

    public bool Matches(IdempotencyRecord record) => record.Route == route && record.BodyHash == bodyHash;
}

/// <summary>Another request with the same key has committed meanwhile.</summary>
internal sealed class IdempotencyReplayException : Exception;
