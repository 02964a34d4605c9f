namespace Orchestrator.Workflows.Execution;

/// <summary>Which days people work. Holidays and make-up days are the host's data.</summary>
public interface IWorkingCalendar
{
    /// <summary>The company's zone: it decides which day a moment falls on.</summary>
    TimeZoneInfo Zone { get; }

    bool IsWorkingDay(DateOnly day);
}

/// <summary>Monday to Friday, with holidays taken out and make-up days put in.</summary>
public sealed class WeekCalendar(TimeZoneInfo zone, IReadOnlySet<DateOnly>? holidays = null, IReadOnlySet<DateOnly>? makeUpDays = null) : IWorkingCalendar
{
    public TimeZoneInfo Zone => zone;

    public bool IsWorkingDay(DateOnly day) =>
        makeUpDays?.Contains(day) == true
        || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && holidays?.Contains(day) != true);
}
