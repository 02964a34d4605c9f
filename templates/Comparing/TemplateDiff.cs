using System.Text.RegularExpressions;

namespace Orchestrator.Templates;

/// <summary>What became of a stretch of text between two versions.</summary>
public enum DiffKind
{
    /// <summary>In both.</summary>
    Same,

    /// <summary>Only in the old version.</summary>
    Removed,

    /// <summary>Only in the new version.</summary>
    Added,
}

/// <summary>A stretch of text and what became of it.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Text">The text; never empty.</param>
public sealed record DiffSpan(DiffKind Kind, string Text);

/// <summary>
/// Compares two texts by units a reader sees: each Chinese character for itself, Latin words, numbers and {{variables}} as a whole.
/// </summary>
public static partial class TemplateDiff
{
    // Beyond this many differing units the middle is shown as replaced: the reader sees a rewrite, and time stays bounded.
    private const int MaxEdits = 1_500;

    /// <summary>Compares two versions of a text.</summary>
    /// <param name="before">The old text; null counts as empty.</param>
    /// <param name="after">The new text; null counts as empty.</param>
    /// <returns>
    /// Spans in reading order. Those not <see cref="DiffKind.Added"/> join to the old text, those not <see cref="DiffKind.Removed"/> to the new.
    /// </returns>
    public static IReadOnlyList<DiffSpan> Compare(string? before, string? after)
    {
        var (old, current) = (Units(before ?? ""), Units(after ?? ""));
        var prefix = 0;
        while (prefix < old.Length && prefix < current.Length && old[prefix] == current[prefix])
            prefix++;
        var suffix = 0;
        while (suffix < old.Length - prefix && suffix < current.Length - prefix && old[^(suffix + 1)] == current[^(suffix + 1)])
            suffix++;

        var spans = new SpanList();
        spans.Add(DiffKind.Same, old.AsSpan(0, prefix));
        Middle(spans, old[prefix..^suffix], current[prefix..^suffix]);
        spans.Add(DiffKind.Same, old.AsSpan(old.Length - suffix));
        return spans.Spans;
    }

    private static void Middle(SpanList spans, string[] old, string[] current)
    {
        if (ShortestEdit.Find(old, current, MaxEdits) is not { } steps)
        {
            spans.Add(DiffKind.Removed, old);
            spans.Add(DiffKind.Added, current);
            return;
        }

        var (x, y) = (0, 0);
        foreach (var step in steps)
        {
            if (step == DiffKind.Added)
            {
                spans.Add(step, current.AsSpan(y++, 1));
                continue;
            }

            spans.Add(step, old.AsSpan(x++, 1));
            if (step == DiffKind.Same)
                y++;
        }
    }

    private static string[] Units(string text) => [.. Unit().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\{\{\{?[^{}]*\}?\}\}|[A-Za-z]+(?:['’][A-Za-z]+)*|\d+(?:[.,]\d+)*%?|[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]", RegexOptions.CultureInvariant)]
    private static partial Regex Unit();

    /// <summary>Collects spans, joining neighbours of a kind and putting what was removed before what was added in its place.</summary>
    private sealed class SpanList
    {
        private string _removed = "";
        private string _added = "";
        private readonly List<DiffSpan> _spans = [];

        public IReadOnlyList<DiffSpan> Spans
        {
            get
            {
                Flush();
                return _spans;
            }
        }

        public void Add(DiffKind kind, ReadOnlySpan<string> units)
        {
            var text = string.Concat(units);
            if (text.Length == 0)
                return;
            if (kind == DiffKind.Removed)
                _removed += text;
            else if (kind == DiffKind.Added)
                _added += text;
            else
                AddSame(text);
        }

        private void AddSame(string text)
        {
            Flush();
            if (_spans is [.., { Kind: DiffKind.Same } last])
                _spans[^1] = last with { Text = last.Text + text };
            else
                _spans.Add(new(DiffKind.Same, text));
        }

        private void Flush()
        {
            if (_removed.Length > 0)
                _spans.Add(new(DiffKind.Removed, _removed));
            if (_added.Length > 0)
                _spans.Add(new(DiffKind.Added, _added));
            (_removed, _added) = ("", "");
        }
    }
}
