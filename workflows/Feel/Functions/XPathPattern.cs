using System.Text;

namespace Orchestrator.Workflows.Feel;

/// <summary>Rewrites what XPath patterns mean differently from .NET ones; null for what XPath does not have.</summary>
internal static class XPathPattern
{
    private const string AnyButLineEnd = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\n\r])";
    private const string Anything = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S])";
    private const string NameStart = @"\p{L}_:";
    private const string NamePart = @"\p{L}\p{Nd}\p{Mn}\p{Mc}_:.\-\u00B7";

    public static string? Translate(string pattern, string flags)
    {
        var (dotAll, multiline, free) = (Has('s'), Has('m'), Has('x'));
        var output = new StringBuilder();
        var classDepth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var letter = pattern[i];
            if (letter == '\\')
            {
                if (++i == pattern.Length)
                {
                    return null;
                }

                output.Append(Escape(pattern[i], classDepth > 0));
            }
            else if (classDepth > 0)
            {
                classDepth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
                output.Append(letter);
            }
            else if (letter == '(' && i + 1 < pattern.Length && pattern[i + 1] == '?' && !(i + 2 < pattern.Length && pattern[i + 2] == ':'))
            {
                return null;
            }
            else if (char.IsHighSurrogate(letter) && i + 1 < pattern.Length)
            {
                output.Append("(?:").Append(letter).Append(pattern[++i]).Append(')');
            }
            else
            {
                classDepth += letter == '[' ? 1 : 0;
                output.Append(letter switch
                {
                    '.' => dotAll ? Anything : AnyButLineEnd,
                    '$' when !multiline => @"\z",
                    '#' => "\\#",
                    _ when free && char.IsWhiteSpace(letter) => "",
                    _ => letter,
                });
            }
        }

        return output.ToString();

        bool Has(char flag) => flags.Contains(flag, StringComparison.Ordinal);
    }

    private static string Escape(char letter, bool inClass) => letter switch
    {
        'i' => inClass ? NameStart : $"[{NameStart}]",
        'c' => inClass ? NamePart : $"[{NamePart}]",
        'I' => $"[^{NameStart}]",
        'C' => $"[^{NamePart}]",
        _ => "\\" + letter,
    };
}
