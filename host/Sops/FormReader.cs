using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops;

/// <summary>Reads form-js JSON. Where form-js has a text, an object <c>{"zh": …, "en": …}</c> gives it in both languages.</summary>
internal static class FormReader
{
    private static readonly HashSet<string> Types = ["text", "textfield", "textarea", "number", "checkbox", "select", "radio", "checklist", "datetime", "file"];

    public static (TaskForm Form, IReadOnlyList<FieldProblem> Problems) Read(string id, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var problems = new List<FieldProblem>();
            var fields = new List<FormField>();
            ReadComponents(id, document.RootElement, fields, problems);
            return (new TaskForm(id, fields), problems);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return (TaskForm.Empty, [new FieldProblem($"forms.{id}", "field.form-unreadable", exception.Message)]);
        }
    }

    private static void ReadComponents(string id, JsonElement holder, List<FormField> fields, List<FieldProblem> problems)
    {
        if (!holder.TryGetProperty("components", out var components))
            return;
        foreach (var component in components.EnumerateArray())
        {
            var type = component.GetProperty("type").GetString()!;
            if (type is "group")
                ReadComponents(id, component, fields, problems);
            else if (type is "separator" or "spacer" or "button")
                continue;
            else if (!Types.Contains(type))
                problems.Add(new FieldProblem($"forms.{id}", "field.form-component", type));
            else if (ReadField(component, type) is { } field && (fields.All(other => other.Key != field.Key) || field.Key.Length == 0))
                fields.Add(field);
            else
                problems.Add(new FieldProblem($"forms.{id}", "field.form-key", component.TryGetProperty("key", out var key) ? key.ToString() : type));
        }
    }

    private static FormField? ReadField(JsonElement component, string type)
    {
        var key = Text(component, "key") ?? "";
        if (key.Length == 0 && type != "text")
            return null;
        var (labelZh, labelEn) = Both(component, "label") ?? Both(component, "text") ?? (key, key);
        var validate = component.TryGetProperty("validate", out var found) ? found : default;
        var description = Both(component, "description");
        return new FormField
        {
            Type = type,
            Key = key,
            LabelZh = labelZh,
            LabelEn = labelEn,
            DescriptionZh = description?.Zh,
            DescriptionEn = description?.En,
            Subtype = Text(component, "subtype"),
            RequiredFor = validate.ValueKind == JsonValueKind.Object && validate.TryGetProperty("outcomes", out var outcomes) ? [.. outcomes.EnumerateArray().Select(outcome => outcome.GetString()!)] : [],
            All = Flag(validate, "all"),
            Required = Flag(validate, "required"),
            MinLength = (int?)Number(validate, "minLength"),
            MaxLength = (int?)Number(validate, "maxLength"),
            Pattern = validate.ValueKind == JsonValueKind.Object ? Checked(Text(validate, "pattern")) : null,
            Min = Number(validate, "min"),
            Max = Number(validate, "max"),
            Options = component.TryGetProperty("values", out var values) ? [.. values.EnumerateArray().Select(Option)] : [],
        };
    }

    private static FormOption Option(JsonElement option)
    {
        var value = option.GetProperty("value").ToString();
        var (zh, en) = Both(option, "label") ?? (value, value);
        return new FormOption(value, zh, en);
    }

    /// <summary>A text, or a text in both languages.</summary>
    private static (string Zh, string En)? Both(JsonElement holder, string name)
    {
        if (!holder.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return (value.GetString()!, value.GetString()!);
        var (zh, en) = (Text(value, "zh"), Text(value, "en"));
        return zh is null && en is null ? null : (zh ?? en!, en ?? zh!);
    }

    private static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static decimal? Number(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;

    private static string? Checked(string? pattern)
    {
        if (pattern is not null)
            _ = new Regex(pattern, RegexOptions.CultureInvariant, FormCheck.PatternTimeout);   // A bad pattern is found when it is uploaded.
        return pattern;
    }
}
