using System.Text.RegularExpressions;
using Orchestrator.Templates.Syntax;

namespace Orchestrator.Templates.Linting;

/// <summary>Checks of links, typed ones and those that variables bring in.</summary>
internal static partial class LinkChecks
{
    public static IEnumerable<LintHit> Forbidden(LintRule rule, LintSubject subject)
    {
        var links = subject.Template.Variables.Where(variable => variable.Type == VariableType.Url).Select(variable => variable.Name)
            .Append(TemplateTokens.OptOutUrl).ToHashSet(StringComparer.Ordinal);
        return Typed(subject).Concat(
            from part in subject.Parts
            from piece in part.Pieces
            where piece.Kind == PieceKind.Value && links.Contains(piece.Name)
            select new LintHit(part.Part, piece.Start, piece.Source));
    }

    public static IEnumerable<LintHit> Https(LintRule rule, LintSubject subject) =>
        Typed(subject).Where(hit => !hit.Evidence.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    public static IEnumerable<LintHit> Allowed(LintRule rule, LintSubject subject)
    {
        var sampled = from variable in subject.Template.Variables
                      where variable.Type == VariableType.Url
                      let address = subject.Context.Sample.GetValueOrDefault(variable.Name) as string
                      where address is not null
                      select new LintHit(TemplatePart.Body, 0, address);
        return Typed(subject).Concat(sampled).Where(hit => !IsAllowed(hit.Evidence, subject.Context.AllowedHosts));
    }

    /// <summary>Whether a value from outside holds what readers could open.</summary>
    public static bool HasLink(string text) => Link().EnumerateMatches(LintPatterns.Narrow(text)).MoveNext();

    private static bool IsAllowed(string link, IReadOnlyCollection<string> hosts)
    {
        var address = link.Contains("://", StringComparison.Ordinal) ? link : $"https://{link}";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && hosts.Any(host =>
            uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || uri.Host.EndsWith($".{host}", StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<LintHit> Typed(LintSubject subject) =>
        from part in subject.Parts
        from literal in part.Literals
        from match in Link().Matches(literal.Source)
        where !ContinuesAsWord(literal.Source, match.Index + match.Length)
        select new LintHit(part.Part, literal.Start + match.Index, match.Value);

    // heguang.com in heguang.company is no link.
    private static bool ContinuesAsWord(string text, int end) => end < text.Length && char.IsAsciiLetterOrDigit(text[end]);

    [GeneratedRegex(
        @"(?:[a-z][a-z0-9+.]{1,9}://[^\s""'<>()()。,;!、]+)|(?:(?:[a-z0-9-]+\.)+(?:com|cn|net|org|info|top|xyz|vip|cc|co|me|ly|io|link|click|shop|site|online|app)(?:/[^\s""'<>()()。,;!、]*)?)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
