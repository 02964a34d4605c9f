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
    private const int MaxParts = 1_000_000;

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

    /// <exception cref="InvalidOperationException">The value is nested deeper than 64 levels or has more than a million parts.</exception>
    public static JsonNode? ToJson(object? value)
    {
        var parts = MaxParts;
        return ToJson(FeelValue.From(value), 0, ref parts);
    }

    private static JsonNode? ToJson(object? value, int depth, ref int parts)
    {
        if (depth > MaxDepth || --parts < 0)
        {
            throw new InvalidOperationException($"The value is nested deeper than {MaxDepth} levels or has more than {MaxParts} parts.");
        }

        switch (value)
        {
            case null:
                return null;
            case bool flag:
                return JsonValue.Create(flag);
            case decimal number:
                return JsonNode.Parse(FeelNumber.ToText(number));
            case Decimal128 number:
                return JsonNode.Parse(number.Wide.ToScientific());
            case string text:
                return JsonValue.Create(text);
            case IReadOnlyList<object?> list:
                var array = new JsonArray();
                foreach (var item in list)
                {
                    array.Add(ToJson(item, depth + 1, ref parts));
                }

                return array;
            case FeelContext context:
                var entries = new JsonObject();
                foreach (var (name, item) in context)
                {
                    entries[name] = ToJson(item, depth + 1, ref parts);
                }

                return entries;
            default:
                return JsonValue.Create(FeelFormat.ToText(value));
        }
    }

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
