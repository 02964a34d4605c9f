using System.Text.Json;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Execution.State;

/// <summary>
/// Variables in the state format: JSON as is, and for FEEL values that JSON lacks an object <c>{"@":"d","v":"2026-11-11"}</c>,
/// so that a date is still a date after it was stored.
/// </summary>
internal static class StateValues
{
    private const string Mark = "@";

    internal static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case IEnumerable<KeyValuePair<string, object?>> context:
                WriteContext(writer, context);
                break;
            case string or null or bool or decimal or Decimal128:
                VariableValues.Write(writer, value);
                break;
            case IEnumerable<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStartObject();
                writer.WriteString(Mark, Code(value));
                writer.WriteString("v", FeelFormat.ToText(value));
                writer.WriteEndObject();
                break;
        }
    }

    internal static void WriteVariables(Utf8JsonWriter writer, Variables variables)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    internal static Variables ReadVariables(JsonElement element) =>
        Variables.From(element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Read(p.Value))));

    internal static object? Read(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().Select(Read).ToList();
        if (element.ValueKind != JsonValueKind.Object)
            return FeelJson.FromJson(element);
        if (element.TryGetProperty(Mark, out var code) && code.ValueKind == JsonValueKind.String && element.TryGetProperty("v", out var text))
            return Temporal(code.GetString()!, text.GetString()!);
        return new FeelContext(element.EnumerateObject().Select(p =>
            KeyValuePair.Create(p.Name.StartsWith(Mark + Mark, StringComparison.Ordinal) ? p.Name[1..] : p.Name, Read(p.Value))));
    }

    private static void WriteContext(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> context)
    {
        writer.WriteStartObject();
        foreach (var (name, item) in context)
        {
            // A context's own entry of that name must not read like a mark.
            writer.WritePropertyName(name.StartsWith(Mark, StringComparison.Ordinal) ? Mark + name : name);
            Write(writer, item);
        }
        writer.WriteEndObject();
    }

    private static string Code(object value) => value switch
    {
        FeelDate => "d",
        FeelTime => "t",
        FeelDateTime => "dt",
        DayTimeDuration or YearMonthDuration => "p",
        _ => "s",
    };

    private static object? Temporal(string code, string text) => code switch
    {
        "d" => FeelDate.Parse(text),
        "t" => FeelTime.Parse(text),
        "dt" => FeelDateTime.Parse(text),
        "p" => TemporalText.ParseDuration(text),
        _ => text,
    };
}
