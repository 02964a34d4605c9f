using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>An attribute that is a literal, or FEEL when it starts with <c>=</c>. Exactly one of the two is set.</summary>
public sealed record TextOrExpression(string? Literal, Expression? Expression)
{
    public static TextOrExpression Text(string literal) => new(literal, null);

    public override string ToString() => Literal ?? "=" + Expression!.Text;
}

internal static class Lists
{
    private static readonly char[] Separators = [' ', ',', ';', '\t', '\r', '\n'];

    internal static string[] Split(string text) =>
        text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
