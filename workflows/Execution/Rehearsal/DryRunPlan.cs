using System.Collections.Immutable;

namespace Orchestrator.Workflows.Execution.Rehearsal;

/// <summary>How a rehearsal answers for people, workers and messages.</summary>
public sealed record DryRunPlan
{
    public Variables Variables { get; init; } = Variables.None;

    /// <summary>Answers of a task or service, in the order in which it is reached; the last one repeats.</summary>
    public ImmutableDictionary<string, ImmutableArray<StubAnswer>> Answers { get; init; } = ImmutableDictionary<string, ImmutableArray<StubAnswer>>.Empty;

    /// <summary>How long a user task takes where its answer does not say.</summary>
    public TimeSpan TaskDuration { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long a service takes where its answer does not say.</summary>
    public TimeSpan ServiceDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a waiting message comes; without it the receiver waits until the rehearsal ends.</summary>
    public TimeSpan? MessageDelay { get; init; }

    /// <summary>Commands after which the rehearsal gives up.</summary>
    public int MaxCommands { get; init; } = 1_000;

    /// <summary>Virtual time after which it gives up.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromDays(730);
}

/// <summary>One stubbed answer.</summary>
/// <param name="Outcome">The outcome of a user task; null takes its first.</param>
/// <param name="ErrorCode">For a service: the BPMN error it fails with.</param>
public sealed record StubAnswer(string? Outcome = null, Variables? Variables = null, TimeSpan? After = null, string? ErrorCode = null);

/// <summary>One thing that happened in a rehearsal.</summary>
public sealed record DryRunStep(DateTimeOffset At, InstanceEvent Event);

/// <summary>What a rehearsal showed.</summary>
/// <param name="Path">Completed elements in order.</param>
/// <param name="Stages">When each stage was entered first.</param>
/// <param name="StoppedBecause">Null when it came to its end, else why it stopped.</param>
public sealed record DryRunReport(
    bool Ended,
    DateTimeOffset Start,
    DateTimeOffset Finish,
    IReadOnlyList<string> Path,
    IReadOnlyList<(string StageId, DateTimeOffset At)> Stages,
    IReadOnlyList<DryRunStep> Steps,
    Variables Variables,
    string? StoppedBecause);
