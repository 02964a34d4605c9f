namespace Orchestrator.Workflows.Feel;

/// <summary>An interval. A null end that is open has no bound on that side (as in <c>&lt; 5</c> and <c>(null..5)</c>).</summary>
public sealed record FeelRange(object? Start, bool StartIncluded, object? End, bool EndIncluded)
{
    public override string ToString() => FeelFormat.ToText(this);
}
