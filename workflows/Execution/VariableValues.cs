using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Workflows.Execution;

/// <summary>Brings values from outside into the few types that expressions and the state format know.</summary>
internal static class VariableValues
{
    internal static object? Normalize(object? value) => value switch
    {
        null or bool or decimal or string => value,
        int or long or short or byte or uint or ulong or double or float =>
            Convert.ToDecimal(value, CultureInfo.InvariantCulture),
        JsonElement json => FromElement(json),
        IEnumerable<KeyValuePair<string, object?>> context => Context(context),
        IEnumerable list => List(list),
        _ => value,
    };

    internal static Variables ReadObject(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Variables.From(document.RootElement.EnumerateObject()
            .Select(p => KeyValuePair.Create(p.Name, FromElement(p.Value))));
    }

    internal static object? FromElement(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.GetDecimal(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Array => element.EnumerateArray().Select(FromElement).ToList(),
        _ => element.EnumerateObject().ToDictionary(p => p.Name, p => FromElement(p.Value), StringComparer.Ordinal),
    };

    internal static string Write(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case string text: writer.WriteStringValue(text); break;
            case IEnumerable<KeyValuePair<string, object?>> context:
                writer.WriteStartObject();
                foreach (var (name, item) in context.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, item);
                }
                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static Dictionary<string, object?> Context(IEnumerable<KeyValuePair<string, object?>> context) =>
        context.ToDictionary(p => p.Key, p => Normalize(p.Value), StringComparer.Ordinal);

    private static List<object?> List(IEnumerable list) => list.Cast<object?>().Select(Normalize).ToList();
}
