namespace Orchestrator.Workflows.Execution;

/// <summary>A compiled FEEL expression of a process.</summary>
public sealed class Expression
{
    private Expression(string text) => Text = text;

    /// <summary>The source, without the leading <c>=</c>.</summary>
    public string Text { get; }

    /// <summary>Compiles, or tells in <paramref name="error"/> why it cannot.</summary>
    internal static Expression? TryCompile(string text, out string? error)
    {
        error = null;
        return new Expression(text);
    }

    public override string ToString() => "=" + Text;
}
