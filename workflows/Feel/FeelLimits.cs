namespace Orchestrator.Workflows.Feel;

/// <summary>
/// Bounds of one evaluation, so that no expression can hang or exhaust the process, and the instant that
/// <c>now()</c> and <c>today()</c> answer. Reaching a bound gives null and a diagnostic.
/// </summary>
public sealed record FeelLimits
{
    public static FeelLimits Default { get; } = new();

    /// <summary>
    /// Iterations, function calls and list elements over the whole evaluation; long strings and deep comparisons count by size.
    /// The default stops after about a second.
    /// </summary>
    public long MaxSteps { get; init; } = 2_000_000;

    /// <summary>How deep functions may call each other.</summary>
    public int MaxDepth { get; init; } = 512;

    /// <summary>The longest list a single step may produce.</summary>
    public int MaxListLength { get; init; } = 1_000_000;

    /// <summary>The longest string a single step may produce.</summary>
    public int MaxStringLength { get; init; } = 1_000_000;

    /// <summary>The instant (and offset) of <c>now()</c> and <c>today()</c>; without it both give null.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The same limits with the present instant of a clock.</summary>
    public FeelLimits At(TimeProvider clock) => this with { Now = clock.GetLocalNow() };
}
