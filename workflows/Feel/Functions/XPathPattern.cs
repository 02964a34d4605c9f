using System.Text;

namespace Orchestrator.Workflows.Feel;

/// <summary>Rewrites what XPath patterns mean differently from .NET ones; null for what XPath does not have.</summary>
internal static class XPathPattern
{
    private const string AnyButLineEnd = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\n\r])";
    private const string Anything = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S])";
    private const string NameStart = @"\p{L}_:";
    private const string NamePart = @"\p{L}\p{Nd}\p{Mn}\p{Mc}_:.\-\u00B7";

    private const string Escapable = @"nrt\|.?*+(){}$-[]^dDsSwWiIcCpP";

    public static string? Translate(string pattern, string flags)
    {
        pattern = flags.Contains('x', StringComparison.Ordinal) ? WithoutBlanks(pattern) : pattern;
        var (dotAll, multiline) = (flags.Contains('s', StringComparison.Ordinal), flags.Contains('m', StringComparison.Ordinal));
        var output = new StringBuilder();
        var classDepth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var (letter, next) = (pattern[i], i + 1 < pattern.Length ? pattern[i + 1] : '\0');
            if (letter == '\\')
            {
                i++;
                if (!Escapable.Contains(next, StringComparison.Ordinal) && (classDepth > 0 || next is < '1' or > '9'))
                {
                    return null;
                }

                output.Append(Escape(next, classDepth > 0));
            }
            else if (classDepth > 0)
            {
                classDepth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
                output.Append(letter);
            }
            else if (letter == '(' && next == '?' && !(i + 2 < pattern.Length && pattern[i + 2] == ':'))
            {
                return null;
            }
            else if (char.IsHighSurrogate(letter) && next != 0)
            {
                output.Append("(?:").Append(letter).Append(pattern[++i]).Append(')');
            }
            else
            {
                classDepth += letter == '[' ? 1 : 0;
                output.Append(Plain(letter, dotAll, multiline));
            }
        }

        return output.ToString();
    }

    private static string Plain(char letter, bool dotAll, bool multiline) => letter switch
    {
        '.' => dotAll ? Anything : AnyButLineEnd,
        '$' when !multiline => @"\z",
        _ => letter.ToString(),
    };

    // The flag x removes blanks before anything else is read, except those inside a class.
    private static string WithoutBlanks(string pattern)
    {
        var (output, classDepth) = (new StringBuilder(), 0);
        for (var i = 0; i < pattern.Length; i++)
        {
            var escaped = i > 0 && pattern[i - 1] == '\\';
            classDepth += escaped ? 0 : pattern[i] == '[' ? 1 : pattern[i] == ']' && classDepth > 0 ? -1 : 0;
            if (classDepth > 0 || !char.IsWhiteSpace(pattern[i]))
            {
                output.Append(pattern[i]);
            }
        }

        return output.ToString();
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
