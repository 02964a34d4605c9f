using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Compliance;

/// <summary>What an auditor looks for. <paramref name="Before"/> pages: only events older than it.</summary>
public sealed record AuditSearch(string? Text = null, string? Actor = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, DateTimeOffset? Before = null, string? Chain = null);

/// <summary>All chains as they were verified at a moment of the real clock.</summary>
public sealed record ChainStatus(IReadOnlyList<ChainVerdict> Verdicts, DateTimeOffset At)
{
    public long Events => Verdicts.Sum(verdict => verdict.Events);

    public IEnumerable<ChainVerdict> Broken => Verdicts.Where(verdict => !verdict.IsIntact);
}

/// <summary>Reads the audit chains for people: search, one chain, verification of all.</summary>
public sealed class AuditQueries(Database database, TimeProvider realClock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(10);
    private volatile ChainStatus? latest;

    public const int PageSize = 100;
    private const string CampaignPrefix = "campaign:";

    /// <summary>Newest first.</summary>
    public Task<List<AuditEvent>> SearchAsync(AuditSearch search, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) =>
            {
                var rows = db.AuditEvents.AsQueryable();
                if (search.Chain is { } chain)
                    rows = rows.Where(row => row.Chain == chain);
                if (!string.IsNullOrWhiteSpace(search.Actor))
                    rows = rows.Where(row => row.Actor == search.Actor);
                if (search.From is { } from)
                    rows = rows.Where(row => row.At >= from);
                if (search.Until is { } until)
                    rows = rows.Where(row => row.At < until);
                if (search.Before is { } before)
                    rows = rows.Where(row => row.At < before);
                if (!string.IsNullOrWhiteSpace(search.Text))
                    rows = rows.Where(row => row.Type.Contains(search.Text) || row.Subject!.Contains(search.Text) || row.Reason!.Contains(search.Text) || row.Data.Contains(search.Text) || row.Hash.StartsWith(search.Text));
                return rows.OrderByDescending(row => row.At).ThenBy(row => row.Chain).ThenByDescending(row => row.Seq).Take(PageSize).ToListAsync(token);
            },
            cancellationToken);

    public Task<List<AuditEvent>> ChainAsync(string chain, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.AuditEvents.Where(row => row.Chain == chain).OrderByDescending(row => row.Seq).ToListAsync(token), cancellationToken);

    public async Task<IReadOnlyList<ChainVerdict>> VerifyAllAsync(CancellationToken cancellationToken)
    {
        var chains = await database.ReadAsync((db, token) => db.AuditHeads.Select(head => head.Chain).Order().ToListAsync(token), cancellationToken);
        var verdicts = new List<ChainVerdict>(chains.Count);
        foreach (var chain in chains)
            verdicts.Add(await database.ReadAsync((db, token) => AuditChain.VerifyAsync(db, chain, token), cancellationToken));
        return verdicts;
    }

    /// <summary>The verdicts of the last ten minutes, or new ones: what a first screen shows without recomputing every chain each time it is opened.</summary>
    public async Task<ChainStatus> StatusAsync(CancellationToken cancellationToken)
    {
        var now = realClock.GetUtcNow();
        if (latest is { } known && now - known.At < FreshFor)
            return known;
        return latest = new ChainStatus(await VerifyAllAsync(cancellationToken), now);
    }

    public Task<ChainVerdict> VerifyAsync(string chain, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => AuditChain.VerifyAsync(db, chain, token), cancellationToken);

    /// <summary>Names of the chains that belong to something with a name.</summary>
    public Task<IReadOnlyDictionary<string, string>> ChainNamesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, string>>(
            async (db, token) => (await db.Campaigns.Select(row => new { row.Id, row.Code, row.Name }).ToListAsync(token))
                .ToDictionary(row => AuditChain.ForCampaign(row.Id), row => $"{row.Code} {row.Name}", StringComparer.Ordinal),
            cancellationToken);

    /// <summary>The campaign whose chain it is; null for other chains.</summary>
    public static Guid? CampaignOf(string chain) =>
        chain.StartsWith(CampaignPrefix, StringComparison.Ordinal) && Guid.TryParseExact(chain[CampaignPrefix.Length..], "N", out var id) ? id : null;
}
