using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>Builds launch packages from the brief and the installation, and keeps each one that a campaign had.</summary>
public sealed class Packages(IEnumerable<IPackageAccounts> sources, BusinessClock clock)
{
    /// <summary>The package of a campaign as everything stands now.</summary>
    public Task<LaunchPackage> CurrentAsync(OrchestratorDb db, Campaign campaign, InstanceRow instance, CancellationToken cancellationToken) =>
        BuildAsync(db, campaign.Brief(), JsonSerializer.Deserialize<Dictionary<string, Guid>>(instance.DecisionsJson)!, cancellationToken);

    public async Task<LaunchPackage> BuildAsync(OrchestratorDb db, Brief brief, IReadOnlyDictionary<string, Guid> decisions, CancellationToken cancellationToken)
    {
        var accounts = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            foreach (var (kind, account) in await source.ForAsync(db, brief, cancellationToken))
                accounts[kind] = account;
        }
        return LaunchPackage.Build(brief, new PackageContext(accounts, decisions.ToDictionary(pin => pin.Key, pin => pin.Value.ToString())));
    }

    /// <summary>Keeps a package and its contents; what is there already stays.</summary>
    public async Task StoreAsync(WriteTransaction tx, Campaign campaign, LaunchPackage package, CancellationToken cancellationToken)
    {
        campaign.PackageHash = package.Hash;
        await tx.Db.SaveChangesAsync(cancellationToken);
        if (await tx.Db.Packages.AnyAsync(row => row.CampaignId == campaign.Id && row.Hash == package.Hash, cancellationToken))
            return;
        tx.Db.Add(new StoredPackage { CampaignId = campaign.Id, Hash = package.Hash, PartsJson = JsonSerializer.Serialize(package.Hashes, JsonDefaults.Options), BriefVersion = campaign.Version, At = clock.GetUtcNow() });
        foreach (var part in package.Parts.Values.DistinctBy(part => part.Hash))
        {
            // Two campaigns may store the same content at once: the first wins, both are right.
            await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO contents (hash, content) VALUES ({part.Hash}, {part.Json}) ON CONFLICT (hash) DO NOTHING", cancellationToken);
        }
    }
}
