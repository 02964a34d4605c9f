using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Workflows.Feel;

/// <summary>
/// FEEL values to and from JSON. Temporal values become strings in their canonical form, ranges and functions their text;
/// reading gives strings back unless a type says otherwise.
/// </summary>
public static class FeelJson
{
    private const int MaxDepth = 64;

    public static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetDecimal(out var number) && json.GetRawText().Length <= 28 ? number : FeelNumber.Parse(json.GetRawText()),
        JsonValueKind.Array => new FeelList([.. json.EnumerateArray().Select(item => FromJson(item))]),
        JsonValueKind.Object => FromObject(json),
        _ => null,
    };

    public static object? FromJson(JsonNode? json) => json is null ? null : FromJson(JsonSerializer.SerializeToElement(json));

    /// <summary>Reads with a declared type: text becomes a date, time or duration where the type asks for one. What does not fit is null.</summary>
    public static object? FromJson(JsonElement json, FeelType type)
    {
        if (json.ValueKind == JsonValueKind.Array && type.Kind == FeelKind.List)
        {
            return new FeelList([.. json.EnumerateArray().Select(item => FromJson(item, type.Element!))]);
        }

        if (json.ValueKind == JsonValueKind.Object && type is { Kind: FeelKind.Context, Fields: { } fields })
        {
            return new FeelContext(json.EnumerateObject().Select(member => KeyValuePair.Create(
                member.Name, fields.TryGetValue(member.Name, out var field) ? FromJson(member.Value, field) : FromJson(member.Value))));
        }

        var value = json.ValueKind == JsonValueKind.String ? FromText(json.GetString()!, type) : FromJson(json);
        return type.Holds(value) ? value : null;
    }

    public static JsonNode? ToJson(object? value) => ToJson(FeelValue.From(value), 0);

    private static JsonNode? ToJson(object? value, int depth) => value switch
    {
        _ when depth > MaxDepth => throw new InvalidOperationException($"The value is nested deeper than {MaxDepth} levels."),
        null => null,
        bool flag => JsonValue.Create(flag),
        decimal number => JsonNode.Parse(FeelNumber.ToText(number)),
        Decimal128 number => JsonNode.Parse(number.Wide.ToScientific()),
        string text => JsonValue.Create(text),
        IReadOnlyList<object?> list => new JsonArray([.. list.Select(item => ToJson(item, depth + 1))]),
        FeelContext context => new JsonObject(context.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value, depth + 1)))),
        _ => JsonValue.Create(FeelFormat.ToText(value)),
    };

    private static FeelContext FromObject(JsonElement json)
    {
        var entries = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            entries[member.Name] = FromJson(member.Value);
        }

        return new FeelContext(entries);
    }

    internal static object? FromText(string text, FeelType type) => type.Kind switch
    {
        FeelKind.Date => FeelDate.Parse(text),
        FeelKind.Time => FeelTime.Parse(text),
        FeelKind.DateTime => FeelDateTime.Parse(text),
        FeelKind.DayTimeDuration or FeelKind.YearMonthDuration => TemporalText.ParseDuration(text),
        FeelKind.Number => FeelNumber.Parse(text),
        _ => text,
    };
}
