namespace Orchestrator.Host.Campaigns;

/// <summary>Days of phases that are due relative to the launch.</summary>
internal static class PhaseDays
{
    /// <summary>The farthest from the launch that a phase may be.</summary>
    public const int Farthest = 366;

    /// <summary>The phases, those relative to the launch at the day that follows from the window.</summary>
    public static IReadOnlyList<Phase> Place(IReadOnlyList<Phase> phases, DateWindow? window) =>
        // JSON may have null for either; whoever reads it says so.
        window is null || phases?.Any(phase => phase?.DaysFromLaunch is not null) != true ? phases! : [.. phases.Select(phase => phase?.DaysFromLaunch is { } days ? phase with { Date = DayOf(window.Start, days) } : phase!)];

    /// <summary>The day so many days from the launch, as far as the calendar goes.</summary>
    public static DateOnly DayOf(DateOnly launch, int days) =>
        DateOnly.FromDayNumber((int)Math.Clamp((long)launch.DayNumber + days, DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber));

    /// <summary>The phase as it fires: its day no longer follows anything.</summary>
    public static Phase Settled(this Phase phase) => phase with { DaysFromLaunch = null };

    /// <summary>T-3, T+0.</summary>
    public static string? LaunchLabel(this Phase phase) => phase.DaysFromLaunch is { } days ? LaunchLabel(days) : null;

    public static string LaunchLabel(int days) => days < 0 ? FormattableString.Invariant($"T{days}") : FormattableString.Invariant($"T+{days}");
}
