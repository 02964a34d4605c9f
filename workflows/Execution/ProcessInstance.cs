using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Workflows.Execution.State;

namespace Orchestrator.Workflows.Execution;

public enum InstanceStatus
{
    Active,
    Suspended,
    Completed,
    Cancelled,
}

/// <summary>The state of one instance: where its tokens are and what it waits for. Immutable.</summary>
public sealed record ProcessInstance
{
    internal ProcessInstance()
    {
    }

    public required string Id { get; init; }
    public required string ProcessId { get; init; }

    /// <summary>The definition's version as the last migration noted it, or its version tag.</summary>
    public string? Version { get; init; }
    public InstanceStatus Status { get; init; }
    public string? Owner { get; init; }

    /// <summary>The stage entered last.</summary>
    public string? StageId { get; init; }

    /// <summary>Who completed which user task last, as far as separation of duties needs it.</summary>
    public ImmutableSortedDictionary<string, string> DoneBy { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The process-level variables.</summary>
    public Variables Variables => Nodes.Length > 0 && Nodes[0].Kind == NodeKind.Process ? Nodes[0].Locals ?? Variables.None : FinalVariables;

    public IReadOnlyList<OpenTask> Tasks =>
        Nodes.Where(n => n.Waiting == Waiting.Person).Select(n => new OpenTask(TaskId(n), n.Element)).ToList();

    public IReadOnlyList<OpenTimer> Timers =>
        Waits.Where(w => w.Kind == WaitKind.Timer).Select(w => new OpenTimer(w.PublicId, w.Element, w.Due)).ToList();

    public IReadOnlyList<OpenWork> Work =>
        Nodes.Where(n => n.Waiting == Waiting.Worker).Select(n => new OpenWork(WorkId(n), n.Element)).ToList();

    public IReadOnlyList<OpenSubscription> Subscriptions => Waits
        .Where(w => w.Kind is WaitKind.Message or WaitKind.Signal)
        .Select(w => new OpenSubscription(w.PublicId, w.Element, w.Kind == WaitKind.Message ? SubscriptionKind.Message : SubscriptionKind.Signal, w.Name!, w.Correlation))
        .ToList();

    public IReadOnlyList<OpenIncident> Incidents => Nodes.Where(n => n.Incident is not null)
        .Select(n => new OpenIncident(IncidentId(n.Incident!), n.Element, n.Incident!.Code, n.Incident.Message)).ToList();

    /// <summary>The elements that hold a token now, for showing the position in a diagram.</summary>
    public IReadOnlyList<string> ActiveElementIds =>
        Nodes.Where(n => n.Kind is NodeKind.Token or NodeKind.Body).Select(n => n.Element).Distinct().ToList();

    public bool IsEnded => Status is InstanceStatus.Completed or InstanceStatus.Cancelled;

    /// <summary>The execution tree, parents before children; the first is the process.</summary>
    internal ImmutableArray<Node> Nodes { get; init; } = [];
    internal ImmutableArray<Wait> Waits { get; init; } = [];

    /// <summary>Variables of an instance that has ended and has no nodes any more.</summary>
    internal Variables FinalVariables { get; init; } = Variables.None;

    /// <summary>The next number for nodes, waits, tasks, work and incidents.</summary>
    internal int Next { get; init; } = 1;

    /// <summary>The versioned state format: compact JSON, UTF-8.</summary>
    public string ToJson() => StateWriter.Write(this);

    /// <summary>Reads any version of the state format ever written.</summary>
    /// <exception cref="StateFormatException">The text is no state, or of a version newer than this program.</exception>
    public static ProcessInstance FromJson(string json) => StateReader.Read(json);

    internal static string TaskId(Node node) => "t" + node.Handle.ToString(CultureInfo.InvariantCulture);
    internal static string WorkId(Node node) => "w" + node.Handle.ToString(CultureInfo.InvariantCulture);
    internal static string IncidentId(Incident incident) => "i" + incident.Number.ToString(CultureInfo.InvariantCulture);
}

public sealed record OpenTask(string TaskId, string ElementId);

public sealed record OpenTimer(string TimerId, string ElementId, DateTimeOffset Due);

public sealed record OpenWork(string WorkId, string ElementId);

public sealed record OpenSubscription(string SubscriptionId, string ElementId, SubscriptionKind Kind, string Name, string? Correlation);

public sealed record OpenIncident(string IncidentId, string ElementId, string Code, string Message);
