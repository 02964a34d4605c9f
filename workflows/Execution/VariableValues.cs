using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Json;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution;

/// <summary>Brings values from outside into FEEL's types, and writes them as JSON.</summary>
internal static class VariableValues
{
    internal static object? Normalize(object? value) => FeelValue.From(value);

    internal static Variables ReadObject(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Variables.From(document.RootElement.EnumerateObject()
            .Select(p => KeyValuePair.Create(p.Name, FeelJson.FromJson(p.Value))));
    }

    internal static string Write(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // Stored and hashed, never put into a page: readable Chinese is worth more than HTML escapes.
    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case decimal number: writer.WriteRawValue(FeelNumber.ToText(number)); break;
            case Decimal128 wide: writer.WriteRawValue(wide.Wide.ToScientific()); break;
            case string text: writer.WriteStringValue(text); break;
            case IEnumerable<KeyValuePair<string, object?>> context:
                writer.WriteStartObject();
                // A context keeps its order; variables have none, and the same ones must give the same text.
                foreach (var (name, item) in context is Variables ? context.OrderBy(p => p.Key, StringComparer.Ordinal) : context)
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
            default: writer.WriteStringValue(FeelFormat.ToText(value)); break;
        }
    }

    /// <summary>Roughly how many bytes of JSON a value takes; cheap, and stops once past a limit.</summary>
    internal static int Size(object? value, int limit)
    {
        switch (value)
        {
            case string text:
                return text.Length * 2 + 2;
            case IEnumerable<KeyValuePair<string, object?>> context:
                return Sum(context.Select(p => (p.Key.Length + 4, p.Value)), limit);
            case IEnumerable list:
                return Sum(list.Cast<object?>().Select(item => (1, item)), limit);
            default:
                return 12;
        }
    }

    private static int Sum(IEnumerable<(int Extra, object? Value)> parts, int limit)
    {
        var total = 2;
        foreach (var (extra, value) in parts)
        {
            total += extra + Size(value, limit - total);
            if (total > limit)
                break;
        }
        return total;
    }
}
