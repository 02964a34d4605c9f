using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<Campaign> Campaigns => Set<Campaign>();

    public DbSet<StoredPackage> Packages => Set<StoredPackage>();

    public DbSet<StoredContent> Contents => Set<StoredContent>();

    public DbSet<StoredFile> Files => Set<StoredFile>();

    public DbSet<LegalLimit> LegalLimits => Set<LegalLimit>();

    public DbSet<CampaignCode> CampaignCodes => Set<CampaignCode>();
}
