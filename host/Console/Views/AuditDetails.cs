using System.Text.Json;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>What an audit event recorded, ready to be read: package parts that changed, values before and after, and the other figures.</summary>
internal sealed record AuditDetails(IReadOnlyList<AuditDetails.Part> Parts, IReadOnlyList<AuditDetails.Value> Values)
{
    private const int ValueLimit = 60;
    private const int TextLimit = 400;

    /// <summary>A part by the hashes of its content.</summary>
    public sealed record Part(string Name, string? Before, string? After);

    public sealed record Value(string Path, string? Before, string? After, bool IsChange);

    public bool IsEmpty => Parts.Count == 0 && Values.Count == 0;

    public static AuditDetails Of(string data)
    {
        using var json = JsonDocument.Parse(data);
        if (json.RootElement is not { ValueKind: JsonValueKind.Object } root)
            return new AuditDetails([], []);
        var parts = root.TryGetProperty("hashes", out var hashes) && hashes.ValueKind == JsonValueKind.Object ? PartsOf(hashes) : [];
        var values = new List<Value>();
        if (root.TryGetProperty("before", out var before) | root.TryGetProperty("after", out var after))
            values.AddRange(Changes(before, after));
        foreach (var member in root.EnumerateObject().Where(member => member.Name is not ("before" or "after" or "hashes") && (parts.Count == 0 || member.Name != "changed")))
            Collect(member.Value, member.Name, values);
        return new AuditDetails(parts, [.. values.Take(ValueLimit)]);
    }

    private static List<Part> PartsOf(JsonElement hashes) =>
        [.. hashes.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object).Select(member => new Part(member.Name, Text(member.Value, "before"), Text(member.Value, "after")))];

    private static IEnumerable<Value> Changes(JsonElement before, JsonElement after)
    {
        if (before.ValueKind is JsonValueKind.Object || after.ValueKind is JsonValueKind.Object)
            return PartDiff.Between(Raw(before), Raw(after)).Select(change => new Value(change.Path, Cut(change.Before), Cut(change.After), true));
        return [new Value("", Plain(before), Plain(after), true)];
    }

    private static void Collect(JsonElement value, string path, List<Value> values)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Collect(member.Value, $"{path} · {member.Name}", values);
                break;
            case JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object):
                foreach (var (item, number) in value.EnumerateArray().Select((item, i) => (item, i + 1)))
                    Collect(item, FormattableString.Invariant($"{path} · {number}"), values);
                break;
            case JsonValueKind.String when value.GetString() is ['{', ..] text && Parsed(text) is { } inner:
                using (inner)
                    Collect(inner.RootElement, path, values);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                values.Add(new Value(path, null, Plain(value), false));
                break;
        }
    }

    // Decisions and their facts are recorded as the text that was hashed.
    private static JsonDocument? Parsed(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement holder, string name) => holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Raw(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : value.GetRawText();

    private static string? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Array => Cut(string.Join(", ", value.EnumerateArray())),
        _ => Cut(value.ToString()),
    };

    private static string? Cut(string? text) => text is { Length: > TextLimit } ? text[..TextLimit] + "…" : text;
}
