using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops;

/// <summary>Checks entered data against a form, on the server, whatever a browser may have checked before.</summary>
internal static class FormCheck
{
    public static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);
    private const int TextLimit = 20_000;
    private static readonly string[] DateTimeFormats = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    public static IReadOnlyList<FieldProblem> Check(TaskForm form, JsonElement? data, string? outcome)
    {
        if (data is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined) })
            return [new FieldProblem("data", "field.object")];
        var entered = data is { ValueKind: JsonValueKind.Object } given
            ? given.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)
            : [];
        var known = form.Inputs.ToDictionary(field => field.Key, StringComparer.Ordinal);
        return
        [
            .. entered.Keys.Where(key => !known.ContainsKey(key)).Select(key => new FieldProblem($"data.{key}", "field.unknown")),
            .. known.Values.SelectMany(field => CheckField(field, outcome, entered.TryGetValue(field.Key, out var value) ? value : default)
                .Select(problem => new FieldProblem($"data.{field.Key}", problem.Key, problem.Args))),
        ];
    }

    private static IEnumerable<(string Key, object[] Args)> CheckField(FormField field, string? outcome, JsonElement value)
    {
        if (IsEmpty(value))
            return field.IsRequiredFor(outcome) ? [("field.required", [])] : [];
        return field.Type switch
        {
            "number" => CheckNumber(field, value),
            "checkbox" => value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? field.IsRequiredFor(outcome) && value.ValueKind == JsonValueKind.False ? [("field.must-be-ticked", [])] : []
                : [("field.yes-or-no", [])],
            "checklist" => CheckList(field, outcome, value),
            "file" => CheckFiles(value),
            "select" or "radio" => field.Options.Any(option => option.Value == value.ToString()) ? [] : [("field.choice", [value.ToString()])],
            "datetime" => IsDate(field, value.ToString()) ? [] : [("field.date-impossible", [value.ToString()])],
            _ => CheckText(field, value),
        };
    }

    private static IEnumerable<(string, object[])> CheckText(FormField field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            yield return ("field.text", []);
            yield break;
        }
        var text = value.GetString()!;
        if (field.MinLength is { } minimum && text.Length < minimum)
            yield return ("field.too-short", [minimum]);
        if (text.Length > (field.MaxLength ?? TextLimit))
            yield return ("field.too-long", [field.MaxLength ?? TextLimit]);
        if (field.Pattern is { } pattern && !Matches(pattern, text))
            yield return ("field.pattern", []);
    }

    private static IEnumerable<(string, object[])> CheckNumber(FormField field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var number))
            yield return ("field.number", []);
        else if (number < field.Min)
            yield return ("field.too-small", [field.Min!]);
        else if (number > field.Max)
            yield return ("field.too-great", [field.Max!]);
    }

    private static IEnumerable<(string, object[])> CheckList(FormField field, string? outcome, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return [("field.list", [])];
        if (field.All && field.IsRequiredFor(outcome) && value.EnumerateArray().Select(item => item.ToString()).Distinct().Count() < field.Options.Count)
            return [("field.all-ticked", [])];
        return value.EnumerateArray().Where(item => field.Options.All(option => option.Value != item.ToString())).Select(item => ("field.choice", new object[] { item.ToString() }));
    }

    /// <summary>Files are uploaded first; the form holds their hashes.</summary>
    private static IEnumerable<(string, object[])> CheckFiles(JsonElement value)
    {
        var hashes = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.ToString()) : [value.ToString()];
        return hashes.Where(hash => hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)).Select(hash => ("field.file-hash", new object[] { hash }));
    }

    private static bool IsDate(FormField field, string text) =>
        (field.Subtype != "datetime" && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        || (field.Subtype != "date" && DateTime.TryParseExact(text, DateTimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString()))
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
