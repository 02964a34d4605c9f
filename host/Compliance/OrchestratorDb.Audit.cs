using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<AuditHead> AuditHeads => Set<AuditHead>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();
}
