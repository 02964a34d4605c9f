namespace Orchestrator.Host.Scheduling;

/// <summary>What to do with work that is found overdue after downtime.</summary>
public enum MisfirePolicy
{
    /// <summary>Run it once, now.</summary>
    Once,

    /// <summary>Close it without running.</summary>
    Skip,

    /// <summary>Ask a person: the work runs when the question is answered, with the answer in its payload (<see cref="LateWork"/>).</summary>
    Ask,
}

/// <summary>The answers to "this is late: does it still run?". A handler whose work may be asked about reads <c>answer</c> from its payload.</summary>
public static class LateWork
{
    public const string SendNow = "send-now";
    public const string Skip = "skip";

    public static readonly IReadOnlyList<string> Choices = [SendNow, Skip];
}

public enum WorkState
{
    Due,
    Leased,
    Done,
    Cancelled,

    /// <summary>Failed for good; an incident waits for a person.</summary>
    Failed,
}

/// <summary>Whatever must happen later: a row, inserted in the transaction that decided it.</summary>
public sealed class ScheduledWork
{
    public Guid Id { get; init; }

    /// <summary>Which handler runs it, e.g. <c>timer</c>, <c>service-task</c>, <c>send-batch</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Unique among the due rows of its kind: the same thing is never due twice, nor run twice at a time.</summary>
    public required string Key { get; init; }

    /// <summary>The campaign it belongs to, for display and incidents.</summary>
    public Guid? CampaignId { get; init; }
    public DateTimeOffset Due { get; set; }
    public MisfirePolicy Misfire { get; init; }

    /// <summary>How late it may be before <see cref="Misfire"/> applies; null: never too late.</summary>
    public int? LatestSeconds { get; init; }

    /// <summary>JSON for the handler.</summary>
    public required string Payload { get; init; }
    public WorkState State { get; set; }
    public int Attempts { get; set; }
    public string? Node { get; set; }
    public long? Epoch { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>A row as its handler gets it, leased to this node.</summary>
public sealed record WorkItem(Guid Id, string Kind, string Key, Guid? CampaignId, DateTimeOffset Due, string Payload, int Attempts, long Epoch)
{
    internal MisfirePolicy Misfire { get; init; }

    internal TimeSpan? Latest { get; init; }
}

/// <summary>
/// Runs work of one kind. The handler must commit its result and <see cref="WorkSchedule.CompleteAsync"/> in one transaction; it may be called
/// again for the same item after a crash, and an exception means: try later. It must be safe for concurrent use.
/// </summary>
internal interface IWorkHandler
{
    string Kind { get; }

    /// <summary>It runs for seconds: it never takes all workers of a node, and nodes share it out among them.</summary>
    bool IsLong => false;

    Task HandleAsync(WorkItem item, CancellationToken cancellationToken);
}
