namespace Orchestrator.Workflows.Execution.State;

/// <summary>What a node of the execution tree stands for.</summary>
internal enum NodeKind
{
    /// <summary>A token at an element; at a subprocess it is also the scope of what runs inside.</summary>
    Token,

    /// <summary>The instance itself, or a called process below its call activity.</summary>
    Process,

    /// <summary>A looping activity as a whole; its children are the single instances.</summary>
    Body,

    /// <summary>A completed subprocess brought back so that its content can be undone.</summary>
    Undo,
}

/// <summary>What the interpreter does with a node next.</summary>
internal enum Phase
{
    Entering,

    /// <summary>Waits: for a person, a worker, an event or its children.</summary>
    Active,

    /// <summary>Waits at a joining gateway for tokens on the other flows.</summary>
    Joining,

    /// <summary>An event was caught; its payload lies in the local variables.</summary>
    Fired,
    Completing,
    Leaving,
}

/// <summary>What outside party an active node waits for.</summary>
internal enum Waiting
{
    Nobody,
    Person,
    Worker,
}

/// <summary>A node of the execution tree. Mutable only inside the turn that owns it; a stored state's nodes are never touched.</summary>
internal sealed class Node
{
    internal required int Id { get; init; }
    internal required int Parent { get; init; }
    internal required NodeKind Kind { get; set; }

    /// <summary>Element id; for <see cref="NodeKind.Process"/> the process id.</summary>
    internal required string Element { get; set; }
    internal Phase Phase { get; set; }
    internal Waiting Waiting { get; set; }

    /// <summary>Number of the task or work that is open, part of its public id.</summary>
    internal int Handle { get; set; }

    /// <summary>At a join: the flow on which the token arrived.</summary>
    internal string? Flow { get; set; }

    /// <summary>Variables local to this node; null if it has no scope of its own.</summary>
    internal Variables? Locals { get; set; }

    /// <summary>For an instance of a loop: its number, from 1.</summary>
    internal int Index { get; set; }

    /// <summary>For a called process: its reads stop here instead of going on to the caller's variables.</summary>
    internal bool IsIsolated { get; set; }
    internal LoopState? Loop { get; set; }

    /// <summary>What can be undone in this scope, in order of completion. Replaced, never changed in place.</summary>
    internal IReadOnlyList<UndoRecord> Undoable { get; set; } = [];

    /// <summary>For a compensation throw event: what is still to be undone.</summary>
    internal IReadOnlyList<UndoRecord> Undoing { get; set; } = [];

    /// <summary>For a compensation handler: the node that waits for it.</summary>
    internal int UndoneFor { get; set; }
    internal Incident? Incident { get; set; }

    /// <summary>How many nodes have this one as parent. Derived, not stored.</summary>
    internal int Children { get; set; }

    internal Node Copy() => (Node)MemberwiseClone();
}

internal sealed record Incident(int Number, string Code, string Message);

/// <summary>Progress of a multi-instance or loop body.</summary>
/// <param name="Total">Number of instances; for standard loops the maximum, or -1 without one.</param>
internal sealed record LoopState(int Total, int Started, int Completed, int Terminated)
{
    /// <summary>The collection, kept while instances are still to be started.</summary>
    internal IReadOnlyList<object?>? Items { get; init; }
    internal IReadOnlyList<object?>? Outputs { get; init; }

    /// <summary>Who completed instances, for a quorum of different people.</summary>
    internal IReadOnlyList<string> People { get; init; } = [];

    internal int Active => Started - Completed - Terminated;
}

/// <summary>A completed activity that can be undone.</summary>
/// <param name="Element">The activity.</param>
/// <param name="Count">How often its handler runs: once per multi-instance instance.</param>
/// <param name="Scope">The node in which it lies.</param>
/// <param name="Locals">The variables a completed subprocess had.</param>
/// <param name="Inner">What can be undone inside a completed subprocess.</param>
internal sealed record UndoRecord(string Element, int Count, int Scope, Variables? Locals, IReadOnlyList<UndoRecord> Inner)
{
    // The same activity can complete twice in a loop; each is a record of its own.
    public bool Equals(UndoRecord? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
