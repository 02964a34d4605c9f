using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Workflows.Feel;

/// <summary>
/// XPath patterns as .NET ones. They run in the engine that takes linear time; the few that need back-references run in the
/// other one under a time limit.
/// </summary>
internal static class FeelPattern
{
    private const int MaxPattern = 2_000;
    private const int MaxCached = 500;
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);
    private static readonly ConcurrentDictionary<(string, string), Regex?> Cache = new();

    public static Regex? Compile(string pattern, string? flags)
    {
        if (pattern.Length > MaxPattern)
        {
            return null;
        }

        var key = (pattern, flags ?? "");
        if (Cache.TryGetValue(key, out var known))
        {
            return known;
        }

        if (Cache.Count >= MaxCached)
        {
            Cache.Clear();
        }

        return Cache[key] = Build(pattern, key.Item2);
    }

    private static Regex? Build(string pattern, string flags)
    {
        if (flags.Any(flag => !"smixq".Contains(flag, StringComparison.Ordinal)))
        {
            return null;
        }

        var options = RegexOptions.CultureInvariant;
        options |= flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : 0;
        options |= flags.Contains('m', StringComparison.Ordinal) ? RegexOptions.Multiline : 0;
        var translated = flags.Contains('q', StringComparison.Ordinal) ? Regex.Escape(pattern) : XPathPattern.Translate(pattern, flags);
        return translated is null ? null : Create(translated, options);
    }

    private static Regex? Create(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, Timeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, options, Timeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
