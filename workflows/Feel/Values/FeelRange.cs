namespace Orchestrator.Workflows.Feel;

/// <summary>An interval. In a range made by a comparison (<c>&lt; 5</c>) the missing end is null; a null end written as such is unknown.</summary>
public sealed record FeelRange(object? Start, bool StartIncluded, object? End, bool EndIncluded)
{
    /// <summary>The comparison (<c>&lt;</c>, <c>&gt;=</c>, <c>=</c>, …) that made the range; null for one with two ends.</summary>
    public string? Comparison { get; init; }

    public override string ToString() => FeelFormat.ToText(this);
}
