namespace Orchestrator.Workflows.Execution.State;

internal enum WaitKind
{
    Timer,
    Message,
    Signal,
    Condition,
}

/// <summary>Something that can wake a node. Immutable.</summary>
/// <param name="Id">Number; part of its public id.</param>
/// <param name="Owner">The node that closes it when it ends.</param>
/// <param name="Element">The event (or receive task) that it stands for.</param>
internal sealed record Wait(int Id, int Owner, string Element, WaitKind Kind)
{
    internal DateTimeOffset Due { get; init; }

    /// <summary>Firings left, null for ever.</summary>
    internal int? Remaining { get; init; }
    internal string? Cycle { get; init; }
    internal string? Name { get; init; }
    internal string? Correlation { get; init; }

    /// <summary>For conditions: whether it held when last looked at. It fires when this turns from false to true.</summary>
    internal bool Held { get; init; }

    internal string PublicId => (Kind == WaitKind.Timer ? "c" : "s") + Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
