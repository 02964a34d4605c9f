using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;

namespace Orchestrator.Host.Storage;

/// <summary>
/// Replaces the master key: wraps the data keys and the cookie ring with the new one, all in one transaction. Personal data itself is not touched. No
/// node may run meanwhile, it would go on with the old key.
/// </summary>
internal sealed class MasterKeyRotation(Database database, MasterKey present, SqliteFileLock fileLock, AuditChain audit, TimeProvider clock)
{
    public const string Chain = "keys";

    /// <returns>How many keys were wrapped anew.</returns>
    /// <exception cref="InvalidOperationException">A node runs, the present key does not open the keys, or both are the same; nothing was changed.</exception>
    public async Task<int> RotateAsync(MasterKey next, CancellationToken cancellationToken)
    {
        if (next.Bytes.AsSpan().SequenceEqual(present.Bytes))
            throw new InvalidOperationException("The new master key is the present one.");
        fileLock.Take();
        return await database.WriteAsync((tx, token) => RotateAsync(tx, next, token), cancellationToken);
    }

    private async Task<int> RotateAsync(WriteTransaction tx, MasterKey next, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var running = await tx.Db.Set<Node>().Where(node => node.Until > now).Select(node => node.Name).ToListAsync(cancellationToken);
        if (running.Count > 0)
            throw new InvalidOperationException($"Stop every node first; running: {string.Join(", ", running)}.");
        var keys = await tx.Locked<DataKey>("SELECT * FROM data_keys ORDER BY id").ToListAsync(cancellationToken);
        foreach (var key in keys)
            key.Wrapped = PersonalData.Rewrap(key, present, next);
        var cookies = await tx.Locked<CookieKey>("SELECT * FROM cookie_keys ORDER BY name").ToListAsync(cancellationToken);
        foreach (var cookie in cookies)
            cookie.Sealed = CookieKeyRing.Reseal(cookie, present, next);
        await audit.AppendAsync(tx, Chain, Actor.System, cancellationToken, new AuditEntry("master-key-rotated", null, new { dataKeys = keys.Count, cookieKeys = cookies.Count }));
        return keys.Count + cookies.Count;
    }
}
