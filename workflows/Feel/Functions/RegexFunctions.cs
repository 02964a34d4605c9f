using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions with patterns (10.3.4.3); patterns are those of XPath.</summary>
internal static class RegexFunctions
{
    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("matches", "input: string, pattern: string, flags: string?~",
            (call, a) => Guarded(call, "matches", (string)a[1]!, (string?)a[2], regex => regex.IsMatch((string)a[0]!))),
        BuiltIn.Of("replace", "input: string, pattern: string, replacement: string, flags: string?~",
            (call, a) => Guarded(call, "replace", (string)a[1]!, (string?)a[3], regex => Replace(call, regex, (string)a[0]!, (string)a[2]!, (string?)a[3]))),
        BuiltIn.Of("split", "string: string, delimiter: string",
            (call, a) => Guarded(call, "split", (string)a[1]!, null, regex => Split(call, regex, (string)a[0]!))),
    ];

    private static object? Guarded(Invocation call, string function, string pattern, string? flags, Func<Regex, object?> use)
    {
        try
        {
            call.Run.Step(pattern.Length);
            return FeelPattern.Compile(pattern, flags) is { } regex ? use(regex) : call.Fail($"{function}(): '{pattern}' is no pattern or '{flags}' no flags.");
        }
        catch (RegexMatchTimeoutException)
        {
            return call.Fail($"{function}(): matching '{pattern}' took too long.");
        }
    }

    private static object? Replace(Invocation call, Regex regex, string input, string replacement, string? flags)
    {
        if (regex.IsMatch(""))
        {
            return call.Fail("replace(): the pattern matches an empty string.");
        }

        var parts = flags?.Contains('q', StringComparison.Ordinal) == true ? [(replacement, -1)] : ReplacementParts(replacement, regex.GetGroupNumbers().Length - 1);
        if (parts is null)
        {
            return call.Fail("replace(): in the replacement '$' must be followed by a digit and '\\' by '$' or '\\'.");
        }

        long length = input.Length;
        return regex.Replace(input, match =>
        {
            var text = string.Concat(parts.Select(part => part.Group < 0 ? part.Text : match.Groups[part.Group].Value));
            length += text.Length;
            call.Run.CheckText(length);
            return text;
        });
    }

    private static List<(string Text, int Group)>? ReplacementParts(string replacement, int groups)
    {
        var parts = new List<(string, int)>();
        for (var i = 0; i < replacement.Length; i++)
        {
            var (letter, next) = (replacement[i], i + 1 < replacement.Length ? replacement[i + 1] : '\0');
            if (letter is '\\' or '$')
            {
                i++;
                if (letter == '\\' ? next is not ('\\' or '$') : !char.IsAsciiDigit(next))
                {
                    return null;
                }

                if (letter == '$')
                {
                    var group = next - '0';
                    while (i + 1 < replacement.Length && char.IsAsciiDigit(replacement[i + 1]) && group * 10 + (replacement[i + 1] - '0') <= groups)
                    {
                        group = group * 10 + (replacement[++i] - '0');
                    }

                    parts.Add(("", group));
                    continue;
                }
            }

            parts.Add((replacement[i].ToString(), -1));
        }

        return parts;
    }

    private static FeelList Split(Invocation call, Regex regex, string input)
    {
        var (parts, from) = (new List<object?>(), 0);
        for (var match = regex.Match(input); match.Success; match = match.NextMatch())
        {
            if (match.Length == 0)
            {
                continue;
            }

            parts.Add(input[from..match.Index]);
            from = match.Index + match.Length;
            call.Run.Step();
        }

        parts.Add(input[from..]);
        return new FeelList([.. parts]);
    }
}
