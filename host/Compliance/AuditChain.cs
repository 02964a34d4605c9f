using Dapper;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

/// <summary>What is to be appended: <paramref name="Type"/> in past tense, its subject, the data as any serializable object, the reason given.</summary>
public sealed record AuditEntry(string Type, string? Subject = null, object? Data = null, string? Reason = null);

/// <summary>Where a chain breaks, if it does.</summary>
public sealed record ChainVerdict(string Chain, long Events, long? BrokenAt, string? BrokenType, string? Why)
{
    public bool IsIntact => BrokenAt is null;
}

/// <summary>
/// Hash-chained, append-only records of every decision and change. An entry is appended in the transaction of what it tells about; the head
/// row is locked, so a chain has one writer at a time and no gap. Each hash covers the event's canonical JSON and the hash before it.
/// </summary>
public sealed class AuditChain(BusinessClock clock)
{
    private const string Genesis = "";

    public static string ForCampaign(Guid campaignId) => $"campaign:{campaignId:N}";

    public async Task AppendAsync(WriteTransaction tx, string chain, Actor actor, CancellationToken cancellationToken, params IReadOnlyList<AuditEntry> entries)
    {
        if (entries.Count == 0)
            return;
        var head = await LockHeadAsync(tx, chain, cancellationToken);
        foreach (var entry in entries)
        {
            var data = CanonicalJson.Write(entry.Data ?? new object());
            var row = Seal(chain, ++head.Seq, clock.GetUtcNow(), actor.UserName, entry, data, head.Hash);
            tx.Db.Add(row);
            head.Hash = row.Hash;
        }
    }

    /// <summary>Recomputes a chain from its first event and compares the head.</summary>
    public static async Task<ChainVerdict> VerifyAsync(OrchestratorDb db, string chain, CancellationToken cancellationToken)
    {
        var previous = Genesis;
        var count = 0L;
        await foreach (var row in db.AuditEvents.AsNoTracking().Where(row => row.Chain == chain).OrderBy(row => row.Seq).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            count++;
            if (row.Seq != count)
                return new ChainVerdict(chain, count, count, row.Type, $"event {count} is missing; the next one present is {row.Seq}");
            if (row.PreviousHash != previous)
                return new ChainVerdict(chain, count, row.Seq, row.Type, "it does not follow the event before it");
            if (ComputeHash(row.Chain, row.Seq, row.At, row.Actor, row.Type, row.Subject, row.Reason, row.Data, row.PreviousHash) != row.Hash)
                return new ChainVerdict(chain, count, row.Seq, row.Type, "its content does not match its hash");
            previous = row.Hash;
        }
        var head = await db.AuditHeads.AsNoTracking().SingleOrDefaultAsync(row => row.Chain == chain, cancellationToken);
        return head is null || (head.Seq == count && head.Hash == previous)
            ? new ChainVerdict(chain, count, null, null, null)
            : new ChainVerdict(chain, count, count + 1, null, $"the chain ends at event {count}, its head says {head.Seq}");
    }

    /// <summary>The hash of one event: SHA-256 over the canonical JSON of these fields. Offline verifiers compute the same.</summary>
    public static string ComputeHash(string chain, long seq, DateTimeOffset at, string actor, string type, string? subject, string? reason, string data, string previousHash) =>
        CanonicalJson.Hash(CanonicalJson.Write(new { chain, seq, at = at.ToUnixTimeMilliseconds(), actor, type, subject, reason, data, previousHash }));

    private static AuditEvent Seal(string chain, long seq, DateTimeOffset at, string actor, AuditEntry entry, string data, string previousHash) => new()
    {
        Chain = chain,
        Seq = seq,
        At = at,
        Actor = actor,
        Type = entry.Type,
        Subject = entry.Subject,
        Reason = entry.Reason,
        Data = data,
        PreviousHash = previousHash,
        Hash = ComputeHash(chain, seq, at, actor, entry.Type, entry.Subject, entry.Reason, data, previousHash),
    };

    private static async Task<AuditHead> LockHeadAsync(WriteTransaction tx, string chain, CancellationToken cancellationToken)
    {
        if (tx.Db.AuditHeads.Local.FirstOrDefault(row => row.Chain == chain) is { } tracked)
            return tracked;
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO audit_heads (chain, seq, hash) VALUES (@chain, 0, '') ON CONFLICT (chain) DO NOTHING",
            new { chain }, tx.Transaction, cancellationToken: cancellationToken));
        return await tx.Locked<AuditHead>("SELECT * FROM audit_heads WHERE chain = {0}", chain).SingleAsync(cancellationToken);
    }
}
