namespace Orchestrator.Templates.Syntax;

internal enum PieceKind
{
    Text,
    Comment,
    Value,
    Open,
    Else,
    Close,
    Partial,
}

/// <summary>A stretch of literal text, or one {{…}} expression, at its place in the source.</summary>
internal sealed record TemplatePiece(PieceKind Kind, string Source, int Start)
{
    /// <summary>Variable, helper, block or partial name.</summary>
    public string Name { get; init; } = "";

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Written with three braces: not HTML-escaped.</summary>
    public bool Unescaped { get; init; }

    public int End => Start + Source.Length;
}
