namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Words for diagnostics.</summary>
internal static class Describe
{
    public static string Kind(object? value) => value switch
    {
        null => "null",
        IReadOnlyList<object?> => "list",
        FeelRange => "range",
        FeelFunction => "function",
        _ => TypeRules.Of(value).ToString(),
    };

    /// <summary>Why two values that look alike do not go together: one has a time zone, the other none.</summary>
    public static string ZoneHint(object? left, object? right) =>
        IsTimed(left) && IsTimed(right) && HasZone(left) != HasZone(right) ? " where only one has a time zone" : "";

    /// <summary>" Did you mean '…'?" where a known name is close to the wrong one.</summary>
    public static string Suggestion(string wrong, IEnumerable<string> known)
    {
        var (best, least) = ("", wrong.Length < 4 ? 2 : 3);
        foreach (var name in known)
        {
            var isLikely = Math.Abs(name.Length - wrong.Length) < least && name.Length is > 0 and <= MaxCompared && (name[0] == wrong[0] || name[^1] == wrong[^1]);
            var distance = isLikely ? Distance(wrong, name) : least;
            (best, least) = distance < least ? (name, distance) : (best, least);
        }

        return best.Length == 0 ? "" : $" Did you mean '{best}'?";
    }

    private const int MaxCompared = 64;

    private static bool IsTimed(object? value) => value is FeelDate or FeelTime or FeelDateTime;

    private static bool HasZone(object? value) => value is FeelDate or FeelTime { Zone: not null } or FeelDateTime { Zone: not null };

    // Levenshtein's distance, without regard to case.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[right.Length];
    }
}
