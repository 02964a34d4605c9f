using System.Text.RegularExpressions;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>
/// Keys of several words in the context literals of a FEEL text. One decision writes the context, another reads it; the
/// reader's parser must know the names. Naming too many is harmless: they only count after a dot and in filters.
/// </summary>
internal static partial class ContextKeys
{
    public static IEnumerable<string> In(string text) =>
        text.Contains('{', StringComparison.Ordinal)
            ? Keys().Matches(text).Select(match => match.Groups["quoted"] is { Success: true } quoted ? quoted.Value : XmlParts.Normal(match.Groups["plain"].Value))
            : [];

    [GeneratedRegex("""[{,]\s*(?:"(?<quoted>[^"\\]+)"|(?<plain>[\p{L}_][\p{L}\p{N}_]*(?:[ \t+*/.'-]+[\p{L}\p{N}_]+)+))\s*:""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Keys();
}
