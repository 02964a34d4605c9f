using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<Approval> Approvals => Set<Approval>();

    public DbSet<DatedRule> DatedRules => Set<DatedRule>();
}
