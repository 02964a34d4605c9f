namespace Orchestrator.Templates;

/// <summary>The shortest way from one sequence to another by Myers' greedy search.</summary>
internal static class ShortestEdit
{
    /// <summary>One step per unit kept, removed or added, in order; null when more than <paramref name="maxEdits"/> edits are needed.</summary>
    public static IReadOnlyList<DiffKind>? Find(string[] old, string[] current, int maxEdits)
    {
        var limit = Math.Min(old.Length + current.Length, maxEdits);
        var reach = new int[2 * limit + 3];
        var offset = limit + 1;
        var history = new List<int[]>();
        for (var edits = 0; edits <= limit; edits++)
        {
            history.Add(reach[(offset - edits - 1)..(offset + edits + 2)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var down = diagonal == -edits || (diagonal != edits && reach[offset + diagonal - 1] < reach[offset + diagonal + 1]);
                var x = down ? reach[offset + diagonal + 1] : reach[offset + diagonal - 1] + 1;
                while (x < old.Length && x - diagonal < current.Length && old[x] == current[x - diagonal])
                    x++;
                reach[offset + diagonal] = x;
                if (x >= old.Length && x - diagonal >= current.Length)
                    return Trace(history, old.Length, current.Length);
            }
        }

        return null;
    }

    private static List<DiffKind> Trace(List<int[]> history, int x, int y)
    {
        var steps = new List<DiffKind>();
        for (var edits = history.Count - 1; edits >= 0; edits--)
        {
            var reach = history[edits];
            var offset = edits + 1;
            var diagonal = x - y;
            var down = diagonal == -edits || (diagonal != edits && reach[offset + diagonal - 1] < reach[offset + diagonal + 1]);
            var (fromX, previous) = edits == 0 ? (0, 0) : down ? (reach[offset + diagonal + 1], diagonal + 1) : (reach[offset + diagonal - 1], diagonal - 1);
            var fromY = fromX - previous;
            var (startX, startY) = edits == 0 ? (0, 0) : down ? (fromX, fromY + 1) : (fromX + 1, fromY);
            for (; x > startX && y > startY; x--, y--)
                steps.Add(DiffKind.Same);
            if (edits > 0)
                steps.Add(down ? DiffKind.Added : DiffKind.Removed);
            (x, y) = (fromX, fromY);
        }

        steps.Reverse();
        return steps;
    }
}
