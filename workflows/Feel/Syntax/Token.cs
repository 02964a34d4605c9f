namespace Orchestrator.Workflows.Feel.Syntax;

internal enum TokenKind
{
    Name,
    Number,
    Text,
    Symbol,
    End,
}

/// <summary>A token; <see cref="Value"/> is the decoded text of a string literal, else the text as written.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Value)
{
    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Value == symbol;

    public bool IsWord(string word) => Kind == TokenKind.Name && Value == word;
}
