using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Compliance;

/// <summary>One value of a part that differs. Null: it was not there before, or is not there any more.</summary>
public sealed record ValueChange(string Path, string? Before, string? After, IReadOnlyList<DiffSpan> Spans);

/// <summary>A covered part since the last signature.</summary>
public sealed record PartChange(string Part, string? BeforeHash, string AfterHash, bool IsChanged, IReadOnlyList<ValueChange> Changes);

/// <summary>What changed since somebody last signed. <paramref name="Last"/> null: nobody signed this yet, all is new.</summary>
public sealed record SignedChangesView(DateTimeOffset? Last, string? By, IReadOnlyList<PartChange> Parts);

/// <summary>Changed since I last signed: the parts a task covers, as they are now against what was signed last, value by value.</summary>
public sealed class SignedChanges(Database database)
{
    /// <param name="parts">The parts the task covers.</param>
    /// <param name="userName">Whose signature counts; where they signed none, the element's latest one does.</param>
    public Task<SignedChangesView> ForAsync(Guid campaignId, string elementId, IReadOnlyList<string> parts, string userName, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var signed = await db.Approvals.Where(row => row.CampaignId == campaignId && row.ElementId == elementId).OrderByDescending(row => row.At).ToListAsync(token);
                var last = signed.FirstOrDefault(row => row.By == userName) ?? signed.FirstOrDefault();
                var current = await db.Campaigns.Where(row => row.Id == campaignId).Select(row => row.PackageHash).SingleAsync(token);
                var now = JsonSerializer.Deserialize<Dictionary<string, string>>(
                    await db.Packages.Where(row => row.CampaignId == campaignId && row.Hash == current).Select(row => row.PartsJson).SingleAsync(token), JsonDefaults.Options)!;
                var before = last?.Parts() ?? new Dictionary<string, string>();
                var hashes = parts.SelectMany(part => new[] { now.GetValueOrDefault(part), before.GetValueOrDefault(part) }).OfType<string>().Distinct().ToList();
                var contents = await db.Contents.Where(row => hashes.Contains(row.Hash)).ToDictionaryAsync(row => row.Hash, row => row.Content, token);
                return new SignedChangesView(last?.At, last?.By, [.. parts.Where(now.ContainsKey).Select(part => Compare(part, before.GetValueOrDefault(part), now[part], contents))]);
            },
            cancellationToken);

    /// <summary>
    /// The parts that changed since this person last signed, for each campaign and element named: empty when nothing did, no entry when they never
    /// signed it. Two queries however many there are.
    /// </summary>
    public Task<IReadOnlyDictionary<(Guid Campaign, string Element), IReadOnlyList<string>>> SinceSignedAsync(IReadOnlyCollection<Guid> campaigns, string userName, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<(Guid, string), IReadOnlyList<string>>>(
            async (db, token) =>
            {
                var signed = await db.Approvals.Where(row => campaigns.Contains(row.CampaignId) && row.By == userName).OrderByDescending(row => row.At).ToListAsync(token);
                var current = await (
                    from campaign in db.Campaigns
                    join package in db.Packages on new { CampaignId = campaign.Id, Hash = campaign.PackageHash } equals new { package.CampaignId, package.Hash }
                    where campaigns.Contains(campaign.Id)
                    select new { campaign.Id, package.PartsJson }).ToDictionaryAsync(row => row.Id, row => JsonSerializer.Deserialize<Dictionary<string, string>>(row.PartsJson, JsonDefaults.Options)!, token);
                return signed.GroupBy(row => (row.CampaignId, row.ElementId)).Where(group => current.ContainsKey(group.Key.CampaignId))
                    .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.First().Parts().Where(part => current[group.Key.CampaignId].GetValueOrDefault(part.Key) != part.Value).Select(part => part.Key)]);
            },
            cancellationToken);

    private static PartChange Compare(string part, string? before, string after, Dictionary<string, string> contents)
    {
        if (before == after)
            return new PartChange(part, before, after, false, []);
        var old = before is null ? [] : Flatten(contents[before]);
        var now = Flatten(contents[after]);
        var changes = old.Keys.Union(now.Keys).Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path)).Order(StringComparer.Ordinal)
            .Select(path => new ValueChange(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path), TemplateDiff.Compare(old.GetValueOrDefault(path), now.GetValueOrDefault(path))));
        return new PartChange(part, before, after, true, [.. changes]);
    }

    /// <summary>Every value of a JSON text by a path that people can read: list items are named by their key, channel and language, or name.</summary>
    internal static Dictionary<string, string> Flatten(string json)
    {
        using var document = JsonDocument.Parse(json);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten(document.RootElement, "", values);
        return values;
    }

    private static void Flatten(JsonElement value, string path, Dictionary<string, string> values)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Flatten(member.Value, path.Length == 0 ? member.Name : $"{path} › {member.Name}", values);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Flatten(item, $"{path} › {NameOf(item, ++index)}", values);
                break;
            case JsonValueKind.Null:
                break;
            default:
                values[path] = value.ToString();
                break;
        }
    }

    private static string NameOf(JsonElement item, int index)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return index.ToString(CultureInfo.InvariantCulture);
        return Text(item, "key") ?? (Text(item, "channel") is { } channel ? $"{channel} {Text(item, "language")}" : Text(item, "name") ?? index.ToString(CultureInfo.InvariantCulture));
    }

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
