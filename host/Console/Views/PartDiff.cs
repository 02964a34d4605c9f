using System.Text.Json;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>
/// What differs between two versions of a package part, leaf by leaf. Entries of lists are matched by what names them (key, channel and language,
/// name) so that an inserted phase does not make all the others look changed.
/// </summary>
internal static class PartDiff
{
    private static readonly string[] Naming = ["key", "channel", "language", "name"];

    public sealed record Change(string Path, string? Before, string? After);

    public static IReadOnlyList<Change> Between(string? before, string? after)
    {
        var left = Leaves(before);
        var right = Leaves(after);
        return
        [
            .. left.Keys.Union(right.Keys)
                .Where(path => left.GetValueOrDefault(path) != right.GetValueOrDefault(path))
                .Select(path => new Change(path, left.GetValueOrDefault(path), right.GetValueOrDefault(path))),
        ];
    }

    private static Dictionary<string, string> Leaves(string? json)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(json))
            Collect(JsonDocument.Parse(json).RootElement, "", leaves);
        return leaves;
    }

    private static void Collect(JsonElement element, string path, Dictionary<string, string> leaves)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    Collect(member.Value, path.Length == 0 ? member.Name : $"{path} · {member.Name}", leaves);
                break;
            case JsonValueKind.Array when element.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)):
                leaves[path] = string.Join(", ", element.EnumerateArray().Select(item => item.ToString()));
                break;
            case JsonValueKind.Array:
                foreach (var (item, number) in element.EnumerateArray().Select((item, i) => (item, i + 1)))
                    Collect(item, $"{path}{(path.Length == 0 ? "" : " · ")}{NameOf(item) ?? FormattableString.Invariant($"{number}")}", leaves);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                leaves[path] = element.ToString();
                break;
        }
    }

    private static string? NameOf(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        var names = Naming.Where(name => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String).Select(name => item.GetProperty(name).GetString()!).ToArray();
        return names.Length == 0 ? null : string.Join(" ", names);
    }
}
