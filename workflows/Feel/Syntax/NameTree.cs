namespace Orchestrator.Workflows.Feel.Syntax;

/// <summary>Known names by their tokens, so that the longest one at a place is found: "loan amount", "date and time", "x-1".</summary>
internal sealed class NameTree
{
    private readonly Dictionary<string, NameTree> next = new(StringComparer.Ordinal);
    private string? name;
    private NameTree? shared;

    public static NameTree Of(IEnumerable<string> names)
    {
        var tree = new NameTree();
        foreach (var name in names)
        {
            tree.Add(name);
        }

        return tree;
    }

    /// <summary>A tree of its own that also knows all names of another.</summary>
    public NameTree Extend() => new() { shared = this };

    public void Add(string known)
    {
        IReadOnlyList<Token> parts;
        try
        {
            parts = Lexer.Read(known);
        }
        catch (FeelSyntaxException)
        {
            return; // Holds characters that no expression can write; such a name is only reached through contexts.
        }

        if (parts.Count < 2 || parts[0].Kind != TokenKind.Name)
        {
            return;
        }

        var node = this;
        foreach (var part in parts.Take(parts.Count - 1))
        {
            if (!node.next.TryGetValue(part.Value, out var child))
            {
                node.next[part.Value] = child = new NameTree();
            }

            node = child;
        }

        node.name = known;
    }

    /// <summary>The longest known name that starts at a token, and how many tokens it spans.</summary>
    public (string? Name, int Length) Match(IReadOnlyList<Token> tokens, int from)
    {
        var best = shared?.Match(tokens, from) ?? (null, 0);
        var node = this;
        for (var i = from; i < tokens.Count && tokens[i].Kind is not (TokenKind.Text or TokenKind.End) && node.next.TryGetValue(tokens[i].Value, out var child); i++)
        {
            node = child;
            best = node.name is null || i - from + 1 < best.Length ? best : (node.name, i - from + 1);
        }

        return best;
    }
}
