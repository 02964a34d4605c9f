using System.Text.RegularExpressions;

namespace Orchestrator.Templates.Syntax;

/// <summary>
/// Reads the part of Handlebars that templates may use: variables, our helpers, if/unless/each, partials and comments.
/// Everything else of the language (sub-expressions, hash arguments, decorators, raw blocks) is refused here,
/// so that what reaches the renderer is known to be bounded and to name only declared data.
/// </summary>
internal static partial class TemplateSyntax
{
    public static IReadOnlyList<TemplatePiece> Parse(string source)
    {
        if (source.Length > TemplateLimits.MaxSourceLength)
            throw new TemplateException($"The text has {source.Length} characters; the limit is {TemplateLimits.MaxSourceLength}.");

        var pieces = new List<TemplatePiece>();
        var at = 0;
        while (at < source.Length)
        {
            var open = source.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                pieces.Add(new(PieceKind.Text, source[at..], at));
                break;
            }

            if (open > at)
                pieces.Add(new(PieceKind.Text, source[at..open], at));
            if (open > 0 && source[open - 1] == '\\')
                throw Fault(source, open, "Escaped braces \\{{ are not supported");
            var piece = ReadExpression(source, open);
            pieces.Add(piece);
            at = piece.End;
        }

        return pieces;
    }

    public static TemplateException Fault(string source, int position, string message)
    {
        var (line, column) = Place(source, position);
        return new TemplateException(message, line, column);
    }

    public static (int Line, int Column) Place(string source, int position)
    {
        var before = source.AsSpan(0, Math.Min(position, source.Length));
        var lastBreak = before.LastIndexOf('\n');
        return (before.Count('\n') + 1, before.Length - lastBreak);
    }

    private static TemplatePiece ReadExpression(string source, int open)
    {
        if (string.CompareOrdinal(source, open, "{{!--", 0, 5) == 0)
            return new(PieceKind.Comment, source[open..EndOf(source, open, "--}}")], open);
        if (string.CompareOrdinal(source, open, "{{!", 0, 3) == 0)
            return new(PieceKind.Comment, source[open..EndOf(source, open, "}}")], open);
        if (string.CompareOrdinal(source, open, "{{{{", 0, 4) == 0)
            throw Fault(source, open, "Raw blocks {{{{ }}}} are not supported");

        var triple = string.CompareOrdinal(source, open, "{{{", 0, 3) == 0;
        var end = EndOf(source, open, triple ? "}}}" : "}}");
        var text = source[open..end];
        var inner = triple ? text[3..^3] : text[2..^2];
        return Classify(source, new(PieceKind.Value, text, open) { Unescaped = triple }, inner.Trim().Trim('~').Trim());
    }

    private static int EndOf(string source, int open, string close)
    {
        var found = source.IndexOf(close, open + 2, StringComparison.Ordinal);
        return found < 0
            ? throw Fault(source, open, $"The expression that starts here has no closing {close}")
            : found + close.Length;
    }

    private static TemplatePiece Classify(string source, TemplatePiece piece, string inner)
    {
        if (inner is "else" or "^")
            return piece with { Kind = PieceKind.Else, Name = "else" };
        var words = Words(source, piece, inner.TrimStart('#', '/', '>', '&'));
        var named = piece with { Name = words[0], Arguments = words[1..] };
        return inner[0] switch
        {
            '#' => named with { Kind = PieceKind.Open },
            '/' => named with { Kind = PieceKind.Close },
            '>' => named with { Kind = PieceKind.Partial },
            '&' => throw Fault(source, piece.Start, "{{&name}} is not supported; write {{name}}"),
            _ => named,
        };
    }

    private static string[] Words(string source, TemplatePiece piece, string inner)
    {
        var words = new List<string>();
        var rest = inner.Trim();
        while (rest.Length > 0)
        {
            var word = Word().Match(rest);
            if (!word.Success)
                throw Fault(source, piece.Start, $"'{piece.Source}' is not understood near '{rest}'");
            words.Add(word.Groups[1].Value);
            rest = rest[word.Length..];
        }

        return words.Count > 0 ? [.. words] : throw Fault(source, piece.Start, "An expression may not be empty");
    }

    [GeneratedRegex("""^((?:\.\./)?@?[A-Za-z_][\w\-]*(?:[./][A-Za-z_][\w\-]*)*|"[^"\\]*"|-?\d+(?:\.\d+)?)(?:\s+|$)""", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
