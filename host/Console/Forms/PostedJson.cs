using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>
/// Turns fields that are named by JSON paths (<c>phases[0].texts[1].body</c>) into JSON. Empty fields are left out, and so are list entries of
/// which nothing was filled in.
/// </summary>
internal static partial class PostedJson
{
    [GeneratedRegex(@"(?<name>[^.\[\]]+)|\[(?<index>\d+)\]")]
    private static partial Regex Step();

    /// <param name="posted">The form.</param>
    /// <param name="numbers">Last names of paths that are numbers; what is no number stays a text, for the server's check to refuse.</param>
    /// <param name="lists">Paths' last names that are lists of texts.</param>
    public static JsonObject Read(IFormCollection posted, IReadOnlySet<string> numbers, IReadOnlySet<string> lists)
    {
        var root = new JsonObject();
        foreach (var (path, values) in posted.Where(field => !field.Key.StartsWith('_') && field.Key != ConsolePage.IdempotencyField))
        {
            var filled = values.OfType<string>().Select(Cleaned).Where(value => value.Length > 0).ToArray();
            if (filled.Length == 0)
                continue;
            var name = Name(path);
            JsonNode value = lists.Contains(name)
                ? new JsonArray([.. filled.SelectMany(text => filled.Length > 1 ? [text] : text.Split([',', '、', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().Select(text => (JsonNode)text)])
                : Single(filled[0], numbers.Contains(name), isText: name is "fallback" or "example");
            Put(root, [.. Step().Matches(path).Cast<Match>()], value);
        }
        return root;
    }

    /// <summary>How many entries of a list were posted: one more than the highest index.</summary>
    public static int Count(IFormCollection posted, string list) =>
        posted.Keys.Where(key => key.StartsWith(list + "[", StringComparison.Ordinal))
            .Select(key => int.TryParse(key.AsSpan(list.Length + 1, key.IndexOf(']', list.Length) - list.Length - 1), CultureInfo.InvariantCulture, out var index) ? index + 1 : 0)
            .DefaultIfEmpty(0).Max();

    // Browsers send other line ends than they were given, and a text of several lines may end in one: what nobody touched must stay as it was signed.
    private static string Cleaned(string value) =>
        value.ReplaceLineEndings("\n") is var text && text.Contains('\n', StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(text) ? text : text.Trim();

    private static string Name(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static JsonNode Single(string text, bool isNumber, bool isText) => text switch
    {
        "true" when !isText => true,
        _ when isNumber && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    private static void Put(JsonObject root, IReadOnlyList<Match> steps, JsonNode value)
    {
        JsonNode at = root;
        for (var i = 0; i < steps.Count; i++)
        {
            var isLast = i == steps.Count - 1;
            JsonNode Next() => isLast ? value : steps[i + 1].Groups["index"].Success ? new JsonArray() : new JsonObject();
            if (steps[i].Groups["name"] is { Success: true, Value: var name })
            {
                var holder = (JsonObject)at;
                at = isLast || holder[name] is null ? holder[name] = Next() : holder[name]!;
            }
            else
            {
                var list = (JsonArray)at;
                var index = int.Parse(steps[i].Groups["index"].Value, CultureInfo.InvariantCulture);
                // Entries before it that were left empty do not exist.
                while (list.Count <= index && list.Count < 200)
                    list.Add(null);
                at = isLast || list[index] is null ? list[index] = Next() : list[index]!;
            }
        }
    }

    /// <summary>The form names every channel; one without a limit is no entry.</summary>
    public static void DropChannelsWithoutLimit(JsonObject limits)
    {
        if (limits["channels"] is JsonArray channels)
            channels.RemoveAll(entry => entry is not JsonObject limit || limit.All(member => member.Key == "channel" || member.Value is null));
    }

    public static void DropEmpty(JsonNode? node)
    {
        if (node is JsonObject holder)
        {
            foreach (var member in holder)
                DropEmpty(member.Value);
        }
        if (node is not JsonArray list)
            return;
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (list[i] is null)
                list.RemoveAt(i);
            else
                DropEmpty(list[i]);
        }
    }
}
