using System.Text;

namespace Orchestrator.Templates.Syntax;

/// <summary>Puts partials in place of {{> name}} before anything else happens, so that a template is one finite text.</summary>
internal sealed class PartialExpansion(IReadOnlyDictionary<string, string> partials)
{
    // Empty partials that include each other would cost time without ever growing the text.
    private const int MaxInclusions = 500;

    private int _inclusions;

    public static string Expand(string source, IReadOnlyDictionary<string, string> partials) =>
        source.Contains("{{>", StringComparison.Ordinal) || source.Contains("{{~", StringComparison.Ordinal)
            ? new PartialExpansion(partials).Expand(source, 0)
            : source;

    private string Expand(string source, int depth)
    {
        var expanded = new StringBuilder(source.Length);
        foreach (var piece in TemplateSyntax.Parse(source))
        {
            expanded.Append(piece.Kind == PieceKind.Partial ? Include(source, piece, depth) : piece.Source);
            if (expanded.Length > TemplateLimits.MaxSourceLength)
                throw new TemplateException($"With its partials the text is longer than {TemplateLimits.MaxSourceLength} characters.");
        }

        return expanded.ToString();
    }

    private string Include(string source, TemplatePiece piece, int depth)
    {
        if (depth >= TemplateLimits.MaxPartialDepth || ++_inclusions > MaxInclusions)
            throw TemplateSyntax.Fault(source, piece.Start, $"Partials may include each other {TemplateLimits.MaxPartialDepth} deep and {MaxInclusions} times at most");
        if (!partials.TryGetValue(piece.Name, out var text))
            throw TemplateSyntax.Fault(source, piece.Start, $"There is no partial '{piece.Name}'");
        return Expand(text, depth + 1);
    }
}
