using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Orchestrator.Templates.Linting;

/// <summary>Regular expressions of rule packs: linear time, so that no text and no pack can make them run away.</summary>
internal static class LintPatterns
{
    private const string Gap = @"[\s·.\-_*]{0,3}";
    private static readonly ConcurrentDictionary<string, Regex> Cache = new();

    public static Regex Compiled(string pattern) => Cache.GetOrAdd(pattern, static text =>
        new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase));

    /// <summary>Finds a word also where its characters are drawn apart by spaces or dots; Latin words only as a whole.</summary>
    public static Regex ForWord(string word) => Compiled(word.All(char.IsAscii)
        ? $@"\b{Regex.Escape(word)}\b"
        : string.Join(Gap, word.Select(character => Regex.Escape(character.ToString()))));

    /// <summary>Full-width letters, digits and signs to half-width, one for one, so that positions stay.</summary>
    public static string Narrow(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = source[i] is >= '\uFF01' and <= '\uFF5E' ? (char)(source[i] - 0xFEE0) : source[i];
    });
}
