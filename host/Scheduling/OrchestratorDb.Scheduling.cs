using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Scheduling;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<ScheduledWork> ScheduledWork => Set<ScheduledWork>();

    public DbSet<Incident> Incidents => Set<Incident>();

    public DbSet<RecurringTrigger> RecurringTriggers => Set<RecurringTrigger>();
}
