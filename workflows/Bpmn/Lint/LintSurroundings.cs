namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>What exists around a process when it is to be published. A null part is not checked.</summary>
public sealed record LintSurroundings
{
    public IReadOnlySet<string>? Forms { get; init; }
    public IReadOnlySet<string>? Decisions { get; init; }
    public IReadOnlySet<string>? Processes { get; init; }

    /// <summary>The types of work that some worker does.</summary>
    public IReadOnlySet<string>? ServiceTypes { get; init; }

    /// <summary>Message templates, named by the task header <c>template</c>.</summary>
    public IReadOnlySet<string>? Templates { get; init; }

    /// <summary>Every role with the people who have it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>>? Members { get; init; }

    /// <summary>The role of those who can own a campaign; it gives <c>sop:separateFrom="owner"</c> its people.</summary>
    public string OwnerRole { get; init; } = "owner";

    /// <summary>Roles whose sign-off must lie on every path to a launch.</summary>
    public IReadOnlyList<string> RequiredSignOffs { get; init; } = ["risk", "compliance", "consumer-protection"];
}
