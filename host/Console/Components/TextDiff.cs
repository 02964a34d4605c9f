using System.Text;

namespace Orchestrator.Host.WebConsole.Components;

/// <summary>
/// What changed between two texts, as runs to show. Compares word by word, Chinese character by character. Texts whose comparison would be
/// too large (over four million cells) are shown as removed and added whole.
/// </summary>
internal static class TextDiff
{
    private const long CellLimit = 4_000_000;

    public enum Kind
    {
        Same,
        Removed,
        Added,
    }

    public readonly record struct Run(Kind Kind, string Text);

    public static IReadOnlyList<Run> Between(string before, string after)
    {
        if (before == after)
            return before.Length == 0 ? [] : [new Run(Kind.Same, before)];
        var left = Words(before);
        var right = Words(after);
        if ((long)left.Count * right.Count > CellLimit)
            return [new Run(Kind.Removed, before), new Run(Kind.Added, after)];
        return Merge(WithoutIslands(Merge(Walk(left, right, CommonLengths(left, right)))));
    }

    private static int[,] CommonLengths(List<string> left, List<string> right)
    {
        var lengths = new int[left.Count + 1, right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
        {
            for (var j = right.Count - 1; j >= 0; j--)
                lengths[i, j] = left[i] == right[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }
        return lengths;
    }

    private static IEnumerable<Run> Walk(List<string> left, List<string> right, int[,] lengths)
    {
        var (i, j) = (0, 0);
        while (i < left.Count || j < right.Count)
        {
            if (i < left.Count && j < right.Count && left[i] == right[j])
            {
                yield return new Run(Kind.Same, left[i++]);
                j++;
            }
            else if (j >= right.Count || (i < left.Count && lengths[i + 1, j] >= lengths[i, j + 1]))
                yield return new Run(Kind.Removed, left[i++]);
            else
                yield return new Run(Kind.Added, right[j++]);
        }
    }

    // A character or two that happen to be equal inside a rewritten passage make it harder to read, not easier.
    private static IEnumerable<Run> WithoutIslands(List<Run> runs)
    {
        for (var i = 0; i < runs.Count; i++)
        {
            if (runs[i] is { Kind: Kind.Same, Text.Length: <= 2 } island && i > 0 && i < runs.Count - 1)
            {
                yield return new Run(Kind.Removed, island.Text);
                yield return new Run(Kind.Added, island.Text);
            }
            else
                yield return runs[i];
        }
    }

    private static List<Run> Merge(IEnumerable<Run> runs)
    {
        var merged = new List<Run>();
        var (removed, added) = (new StringBuilder(), new StringBuilder());
        foreach (var run in runs)
        {
            if (run.Kind == Kind.Removed)
                removed.Append(run.Text);
            else if (run.Kind == Kind.Added)
                added.Append(run.Text);
            else
            {
                Flush(merged, removed, added);
                if (merged is [.., { Kind: Kind.Same } last])
                    merged[^1] = new Run(Kind.Same, last.Text + run.Text);
                else
                    merged.Add(run);
            }
        }
        Flush(merged, removed, added);
        return merged;
    }

    // Removed before added, so that a replacement reads as one change.
    private static void Flush(List<Run> merged, StringBuilder removed, StringBuilder added)
    {
        if (removed.Length > 0)
            merged.Add(new Run(Kind.Removed, removed.ToString()));
        if (added.Length > 0)
            merged.Add(new Run(Kind.Added, added.ToString()));
        removed.Clear();
        added.Clear();
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var inWord = i < text.Length && IsWordPart(text[i]);
            if (inWord)
                continue;
            if (i > start)
                words.Add(text[start..i]);
            if (i < text.Length)
                words.Add(text[i].ToString());
            start = i + 1;
        }
        return words;
    }

    private static bool IsWordPart(char c) => c < 0x2E80 && (char.IsLetterOrDigit(c) || c is '_' or '%' or '.');
}
