using System.Text;

namespace Orchestrator.Workflows.Feel;

/// <summary>Writes values as FEEL text; strings stand bare at the top and quoted inside lists and contexts.</summary>
internal static class CanonicalText
{
    private const int MaxDepth = 64;
    private const int MaxLength = 4_000_000;

    public static string Write(object? value)
    {
        if (value is string text)
        {
            return text;
        }

        var output = new StringBuilder();
        Write(output, value, 0);
        return output.ToString();
    }

    private static void Write(StringBuilder output, object? value, int depth)
    {
        if (depth > MaxDepth || output.Length > MaxLength)
        {
            output.Append('…');
            return;
        }

        switch (value)
        {
            case null:
                output.Append("null");
                break;
            case bool flag:
                output.Append(flag ? "true" : "false");
                break;
            case string text:
                WriteQuoted(output, text);
                break;
            case decimal or Decimal128:
                output.Append(FeelNumber.ToText(value));
                break;
            case IReadOnlyList<object?> list:
                WriteList(output, list, depth);
                break;
            case FeelContext context:
                WriteContext(output, context, depth);
                break;
            case FeelRange range:
                WriteRange(output, range, depth);
                break;
            default:
                output.Append(value);
                break;
        }
    }

    private static void WriteList(StringBuilder output, IReadOnlyList<object?> list, int depth)
    {
        output.Append('[');
        for (var i = 0; i < list.Count; i++)
        {
            output.Append(i == 0 ? "" : ", ");
            Write(output, list[i], depth + 1);
        }

        output.Append(']');
    }

    private static void WriteContext(StringBuilder output, FeelContext context, int depth)
    {
        output.Append('{');
        var first = true;
        foreach (var (name, value) in context)
        {
            output.Append(first ? "" : ", ");
            first = false;
            WriteKey(output, name);
            output.Append(": ");
            Write(output, value, depth + 1);
        }

        output.Append('}');
    }

    private static void WriteRange(StringBuilder output, FeelRange range, int depth)
    {
        if (range.Comparison is { } comparison)
        {
            output.Append(comparison).Append(' ');
            Write(output, range.Start ?? range.End, depth + 1);
            return;
        }

        output.Append(range.StartIncluded ? '[' : '(');
        Write(output, range.Start, depth + 1);
        output.Append("..");
        Write(output, range.End, depth + 1);
        output.Append(range.EndIncluded ? ']' : ')');
    }

    private static void WriteKey(StringBuilder output, string name)
    {
        if (name.Length > 0 && name.All(letter => letter == '_' || letter == ' ' || char.IsLetterOrDigit(letter)) && !char.IsDigit(name[0]))
        {
            output.Append(name);
        }
        else
        {
            WriteQuoted(output, name);
        }
    }

    private static void WriteQuoted(StringBuilder output, string text) =>
        output.Append('"').Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
}
