using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Tasks;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<ProcessTask> Tasks => Set<ProcessTask>();

    public DbSet<CalendarDay> CalendarDays => Set<CalendarDay>();
}
