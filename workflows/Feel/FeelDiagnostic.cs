namespace Orchestrator.Workflows.Feel;

/// <summary>Why an evaluation (or a part of it) gave null.</summary>
/// <param name="Expression">The whole text of the expression that was evaluated.</param>
/// <param name="Position">Offset of the failing part in <paramref name="Expression"/>, counted from 0.</param>
/// <param name="Cause">What went wrong, in a sentence.</param>
/// <param name="Element">The model element (decision, rule, …) that holds the expression, where there is one.</param>
public sealed record FeelDiagnostic(string Expression, int Position, string Cause, string? Element = null)
{
    public override string ToString() =>
        Element is null ? $"{Cause} (at {Position + 1} in '{Shortened}')" : $"{Element}: {Cause} (at {Position + 1} in '{Shortened}')";

    private string Shortened => Expression.Length <= 120 ? Expression : string.Concat(Expression.AsSpan(0, 117), "…");
}
