namespace Orchestrator.Workflows.Feel;

/// <summary>Strings by code points rather than UTF-16 units.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
            {
                count--;
            }
        }

        return count;
    }

    public static string Slice(string text, int start, int length)
    {
        var from = Index(text, 0, start);
        return text[from..Index(text, from, length)];
    }

    private static int Index(string text, int from, int steps)
    {
        for (; steps > 0 && from < text.Length; steps--)
        {
            from += char.IsHighSurrogate(text[from]) && from + 1 < text.Length && char.IsLowSurrogate(text[from + 1]) ? 2 : 1;
        }

        return from;
    }
}
