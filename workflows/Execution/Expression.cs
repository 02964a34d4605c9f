using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution;

/// <summary>A compiled FEEL expression of a process.</summary>
public sealed class Expression
{
    private readonly FeelExpression compiled;

    private Expression(FeelExpression compiled) => this.compiled = compiled;

    /// <summary>The source, without the leading <c>=</c>.</summary>
    public string Text => compiled.Text;

    /// <summary>Compiles, or tells in <paramref name="error"/> why it cannot.</summary>
    internal static Expression? TryCompile(string text, out string? error)
    {
        if (FeelExpression.TryCompile(text, out var expression, out var syntax))
        {
            error = null;
            return new Expression(expression!);
        }
        error = $"{syntax!.Message} (at position {syntax.Position + 1})";
        return null;
    }

    internal FeelResult Evaluate(IFeelScope scope, FeelLimits limits) => compiled.Evaluate(scope, limits);

    public override string ToString() => "=" + Text;
}
