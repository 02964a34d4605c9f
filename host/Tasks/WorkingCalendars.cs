using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Tasks;

/// <summary>The company's working days: Monday to Friday with the rows of <c>calendar_days</c> over them.</summary>
public sealed class WorkingCalendars
{
    private readonly TimeZoneInfo zone;

    internal WorkingCalendars(OrchestratorOptions options) => zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public async Task<IWorkingCalendar> CurrentAsync(OrchestratorDb db, CancellationToken cancellationToken)
    {
        var days = await db.CalendarDays.AsNoTracking().Select(day => new { day.Date, day.IsWorkingDay }).ToListAsync(cancellationToken);
        return new WeekCalendar(
            zone,
            days.Where(day => !day.IsWorkingDay).Select(day => day.Date).ToHashSet(),
            days.Where(day => day.IsWorkingDay).Select(day => day.Date).ToHashSet());
    }
}
