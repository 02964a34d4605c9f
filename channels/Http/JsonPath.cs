using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Channels.Http;

/// <summary>Finds a value in JSON by a dotted path: <c>data.items[0].id</c>; the empty path is the root.</summary>
internal static class JsonPath
{
    public static JsonElement? Find(JsonElement root, string path)
    {
        var current = root;
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (step == "$") continue;
            if (current.ValueKind == JsonValueKind.Array)
            {
                if (!int.TryParse(step.TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= current.GetArrayLength()) return null;
                current = current[index];
            }
            else if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(step.TrimEnd(']'), out current))
            {
                return null;
            }
        }

        return current;
    }

    /// <summary>The value at the path as text; null if absent, null or not a scalar.</summary>
    public static string? Text(JsonElement root, string? path) => path is null ? null : Scalar(Find(root, path));

    public static string? Scalar(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => String(value.Value),
        JsonValueKind.Number => value.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>Text that is no valid Unicode (broken UTF-8, half a surrogate pair) counts as absent.</summary>
    private static string? String(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
