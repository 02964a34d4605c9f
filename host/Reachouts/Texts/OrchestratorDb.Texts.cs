using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<TemplateVersion> Templates => Set<TemplateVersion>();
}
