using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<AttributeDefinition> CustomerAttributes => Set<AttributeDefinition>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<Suppression> Suppressions => Set<Suppression>();

    public DbSet<CustomerImport> CustomerImports => Set<CustomerImport>();

    public DbSet<CustomerImportSlice> CustomerImportSlices => Set<CustomerImportSlice>();

    public DbSet<CustomerImportError> CustomerImportErrors => Set<CustomerImportError>();

    public DbSet<Segment> Segments => Set<Segment>();

    public DbSet<AudienceMember> AudienceMembers => Set<AudienceMember>();

    public DbSet<AudienceFreeze> AudienceFreezes => Set<AudienceFreeze>();

    public DbSet<ReachForecastRecord> ReachForecasts => Set<ReachForecastRecord>();
}
