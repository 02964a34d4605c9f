using System.Text;

namespace Orchestrator.Workflows.Feel;

/// <summary>Functions over strings (10.3.4.3). Positions and lengths count code points.</summary>
internal static class StringFunctions
{
    public static IEnumerable<BuiltIn> All =>
    [
        BuiltIn.Of("substring", "string: string, start position: number, length: number?", (call, a) => Substring(call, (string)a[0]!, a[1]!, a[2])),
        BuiltIn.Of("string length", "string: string", (_, a) => (decimal)CodePoints.Count((string)a[0]!)),
        BuiltIn.Of("upper case", "string: string", (_, a) => ((string)a[0]!).ToUpperInvariant()),
        BuiltIn.Of("lower case", "string: string", (_, a) => ((string)a[0]!).ToLowerInvariant()),
        BuiltIn.Of("substring before", "string: string, match: string", (_, a) => Before((string)a[0]!, (string)a[1]!)),
        BuiltIn.Of("substring after", "string: string, match: string", (_, a) => After((string)a[0]!, (string)a[1]!)),
        BuiltIn.Of("contains", "string: string, match: string", (_, a) => ((string)a[0]!).Contains((string)a[1]!, StringComparison.Ordinal)),
        BuiltIn.Of("starts with", "string: string, match: string", (_, a) => ((string)a[0]!).StartsWith((string)a[1]!, StringComparison.Ordinal)),
        BuiltIn.Of("ends with", "string: string, match: string", (_, a) => ((string)a[0]!).EndsWith((string)a[1]!, StringComparison.Ordinal)),
        BuiltIn.Of("string join", "list: list, delimiter: string?~", (call, a) => Join(call, (IReadOnlyList<object?>)a[0]!, (string?)a[1])),
    ];

    private static object? Substring(Invocation call, string text, object start, object? length)
    {
        var count = CodePoints.Count(text);
        if (FeelNumber.ToLong(start) is not { } from || from == 0 || Math.Abs(from) > count)
        {
            return call.Fail($"substring(): the text of {count} characters has no position {FeelNumber.ToText(start)}.");
        }

        var first = from > 0 ? from - 1 : count + from;
        var wanted = length is null ? count : FeelNumber.ToLong(length);
        return wanted is >= 1
            ? CodePoints.Slice(text, (int)first, (int)Math.Min(wanted.Value, count - first))
            : call.Fail("substring(): the length must be at least 1.");
    }

    private static string Before(string text, string match)
    {
        var index = text.IndexOf(match, StringComparison.Ordinal);
        return index < 0 ? "" : text[..index];
    }

    private static string After(string text, string match)
    {
        var index = text.IndexOf(match, StringComparison.Ordinal);
        return index < 0 ? "" : text[(index + match.Length)..];
    }

    private static object? Join(Invocation call, IReadOnlyList<object?> list, string? delimiter)
    {
        var result = new StringBuilder();
        var first = true;
        foreach (var item in list)
        {
            if (item is null)
            {
                continue;
            }

            if (item is not string text)
            {
                return call.Fail("string join(): every item must be a string.");
            }

            result.Append(first ? "" : delimiter).Append(text);
            first = false;
            call.Run.CheckText(result.Length);
        }

        return result.ToString();
    }
}
