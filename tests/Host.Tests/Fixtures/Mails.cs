using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>A mail as it went over the wire: headers as they read, and its first part as text.</summary>
internal sealed partial record Mails(string Text, IReadOnlyDictionary<string, string> Headers)
{
    [GeneratedRegex(@"=\?utf-8\?B\?(?<text>[^?]*)\?=\s*", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedWord();

    public string Header(string name) => Headers[name];

    public static Mails Read(string raw)
    {
        var (head, body) = Split(raw);
        // The first part's own headers, then its text in base64 up to the next boundary.
        var part = Split(body[(body.IndexOf("\r\n", body.IndexOf("--", StringComparison.Ordinal), StringComparison.Ordinal) + 2)..]).Body;
        var end = part.IndexOf("\r\n--", StringComparison.Ordinal);
        var headers = head.Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => EncodedWord().Replace(pair[1], word => Decoded(word.Groups["text"].Value)).Trim(), StringComparer.OrdinalIgnoreCase);
        return new Mails(Decoded((end < 0 ? part : part[..end]).ReplaceLineEndings("")), headers);
    }

    private static (string Head, string Body) Split(string text)
    {
        var at = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (text[..at], text[(at + 4)..]);
    }

    private static string Decoded(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
