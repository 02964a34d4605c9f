using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution.Timing;

/// <summary>Checks timer texts when a file is read.</summary>
internal static class TimerLiteral
{
    internal static bool IsValid(TimerKind kind, string text) => kind switch
    {
        TimerKind.Date => Moment.TryParse(text, TimeZoneInfo.Utc) is not null,
        TimerKind.Duration => Duration.TryParse(text) is not null,
        _ => Repetition.TryParse(text) is not null || CronSchedule.TryParse(text) is not null,
    };

    internal static string Example(TimerKind kind) => kind switch
    {
        TimerKind.Date => "Write for example 2026-11-11T10:00:00+08:00, or = launchTime.",
        TimerKind.Duration => "Write for example PT15M, P3WD (working days), or = waitingTime.",
        _ => "Write for example R3/PT1H, R/P1D, 0 30 9 * * * (cron with seconds), or = rhythm.",
    };
}
