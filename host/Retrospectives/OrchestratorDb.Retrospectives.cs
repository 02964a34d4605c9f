using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Retrospectives;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<RetrospectiveRow> Retrospectives => Set<RetrospectiveRow>();

    public DbSet<Lesson> Lessons => Set<Lesson>();
}
