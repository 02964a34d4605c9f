using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>Reads a dated rule from a form: its fields, or JSON that was pasted or uploaded and then counts instead.</summary>
internal static class PostedRule
{
    public const string Json = "json", File = "file", Cidrs = "value.cidrs", SilentDays = "value.silentDays";

    /// <summary>Name of the button that shows what would change and saves nothing.</summary>
    public const string Compare = "_compare";
    private const string Windows = "value.windows[";
    private const int LargestFile = 2 * 1024 * 1024;
    private static readonly HashSet<string> Numbers = ["percent", "withinMinutes", "times", "hours", "keepMonths", "perCustomerPerDay", "perCustomerPer30Days", "perCustomerPerWeek", "perCustomerPerMonth"];
    private static readonly HashSet<string> Lists = ["weekdays", "silentHolidays", "zones"];
    private static readonly char[] Separators = ['\n', '\r', ',', ';', '，', '；', '、', ' ', '\t'];

    public static async Task<Outcome<NewDatedRule>> ReadAsync(IFormCollection posted, CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(posted["from"].ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from))
            return Refusal.Invalid(new FieldProblem("from", "field.date-impossible", posted["from"].ToString()));
        var file = posted.Files.GetFile(File);
        if (file is { Length: > LargestFile })
            return Refusal.Invalid(new FieldProblem(File, "rules.file-too-large", LargestFile / 1024 / 1024));
        var uploaded = file is { Length: > 0 } ? await TextAsync(file, cancellationToken) : null;
        var value = uploaded is not null ? OfText(uploaded, File) : posted[Json].ToString() is { } pasted && !string.IsNullOrWhiteSpace(pasted) ? OfText(pasted, Json) : OfFields(posted);
        return value.Refusal is { } refusal ? refusal : new NewDatedRule(posted["name"].ToString().Trim(), from, value.Value, posted["source"].ToString().Trim());
    }

    /// <summary>JSON; or, where it does not look like it, a list of networks, one a line.</summary>
    private static Outcome<JsonElement> OfText(string text, string field)
    {
        if (field == File && text.TrimStart() is not ['{', ..])
            return JsonSerializer.SerializeToElement(new { cidrs = Lines(text) });
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            return Refusal.Invalid(new FieldProblem(field, "rules.json-broken", (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1));
        }
    }

    private static JsonElement OfFields(IFormCollection posted)
    {
        var fields = posted.Where(field => field.Key.StartsWith("value.", StringComparison.Ordinal) && field.Key is not (Cidrs or SilentDays)).ToDictionary(field => field.Key, field => field.Value);
        var value = PostedJson.Read(new FormCollection(fields), Numbers, Lists)["value"] as JsonObject ?? [];
        if (posted.TryGetValue(Cidrs, out var cidrs))
            value["cidrs"] = new JsonArray([.. Lines(cidrs.ToString()).Select(line => (JsonNode)line)]);
        if (value["windows"] is JsonArray windows)
        {
            var filled = windows.OfType<JsonObject>().Where(IsFilled).Select(window => (JsonNode)window.DeepClone()).ToArray();
            value["windows"] = new JsonArray(filled);
        }
        if (posted.TryGetValue(SilentDays, out var days) && DaysOf(days.ToString()) is { Length: > 0 } silent)
            value["silentDays"] = new JsonArray(silent);
        PostedJson.DropChannelsWithoutLimit(value);
        return JsonSerializer.SerializeToElement(value);
    }

    /// <summary>The same refusal with its windows counted as the form has them, those that were left empty included.</summary>
    public static Refusal Placed(Refusal refusal, IFormCollection posted)
    {
        var read = PostedJson.Read(new FormCollection(posted.Where(field => field.Key.StartsWith(Windows, StringComparison.Ordinal)).ToDictionary(field => field.Key, field => field.Value)), Numbers, Lists);
        if (read["value"]?["windows"] is not JsonArray windows)
            return refusal;
        var places = windows.Select((window, i) => (window, i)).Where(one => one.window is JsonObject filled && IsFilled(filled)).Select(one => one.i).ToList();
        return refusal with
        {
            Problems = [.. refusal.Problems.Select(problem => problem.Field.StartsWith(Windows, StringComparison.Ordinal) && problem.Field.IndexOf(']', StringComparison.Ordinal) is var end and > 0
                && int.TryParse(problem.Field.AsSpan(Windows.Length, end - Windows.Length), CultureInfo.InvariantCulture, out var number) && number < places.Count
                ? problem with { Field = FormattableString.Invariant($"{Windows}{places[number]}{problem.Field[end..]}") } : problem)],
        };
    }

    // Purpose and weekdays alone are the form's own.
    private static bool IsFilled(JsonObject window) => window.ContainsKey("from") || window.ContainsKey("until");

    /// <summary>A day a line, perhaps with the purpose it is for.</summary>
    private static JsonNode[] DaysOf(string text) =>
    [
        .. text.Split('\n').Select(line => line.Split('#')[0].Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)
            .Select(words => words.Length == 1 ? new JsonObject { ["day"] = words[0] } : new JsonObject { ["day"] = words[0], ["purpose"] = words[1] switch { "营销" => "marketing", "服务" => "servicing", var other => other } }),
    ];

    // A line of a list of networks may end in a remark.
    private static List<string> Lines(string text) =>
        [.. text.Split('\n').Select(line => line.Split('#')[0]).SelectMany(line => line.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    private static async Task<string> TextAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
