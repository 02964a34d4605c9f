using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;
using Orchestrator.Host.WebConsole.Views;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>The brief as it was typed, checked by the same reader as the API's. What the form does not show is taken over from the stored brief.</summary>
internal sealed class PostedBrief
{
    private static readonly HashSet<string> Numbers =
        ["baseline", "target", "marginPerUnit", "minAnnualRate", "maxAnnualRate", "holdoutPercent", "holdoutCount", "ceiling", "latestMinutes", "rewardCap", "quantity", "topPrize", "expectedCost", "amount", "perCustomerPerDay", "perCustomerPer30Days", "perCustomerPerWeek", "perCustomerPerMonth",
        "messages", "lateMinutes", "daysFromLaunch", "perDay", "firstPercent", "observeMinutes", "expiresDays", "afterHours", "share", "testPercent", "significance", "effect", "minimumPerVariant", "askAfterHours", "maxLength"];

    private static readonly HashSet<string> Lists = ["channels", "consulted", "informed", "tracking", "lessonsRead"];

    /// <summary>Entries of lists by the path at which they were read, with the path of their fields: those left empty do not count.</summary>
    private readonly Dictionary<string, string> places = [];

    private PostedBrief(IFormCollection posted, Brief? stored)
    {
        var json = PostedJson.Read(posted, Numbers, Lists);
        foreach (var own in new[] { "version", "start" })
            json.Remove(own);
        var positions = new Dictionary<JsonNode, int>(ReferenceEqualityComparer.Instance);
        Number(json, positions);
        Tidy(json);
        PostedJson.DropEmpty(json);
        Place(json, "", "", positions);
        Brief = BriefReading.Read(JsonSerializer.SerializeToElement(json));
        if (Brief.Refusal is { } refusal)
            Brief = AtFields(refusal);
        else
            Brief = Keep(Brief.Value, stored, posted["_keepPages"].Concat(posted["_keepPapers"]).ToHashSet());
    }

    /// <summary>The brief, or what can't be read of it.</summary>
    public Outcome<Brief> Brief { get; }

    public static PostedBrief Read(IFormCollection posted, Brief? stored) => new(posted, stored);

    /// <summary>The refusal with its problems at the fields in which they were typed.</summary>
    public Refusal AtFields(Refusal refusal) => refusal with { Problems = [.. refusal.Problems.Select(problem => problem with { Field = FieldOf(problem.Field) })] };

    private string FieldOf(string path)
    {
        for (var end = path.LastIndexOf(']'); end > 0; end = path.LastIndexOf(']', end - 1))
        {
            if (places.TryGetValue(path[..(end + 1)], out var place))
                return place + path[(end + 1)..];
        }
        return path;
    }

    private static Brief Keep(Brief read, Brief? stored, HashSet<string?> files) => read with
    {
        Pages = [.. stored?.Pages.Where(file => files.Contains(file.Sha256)) ?? []],
        Papers = [.. stored?.Papers.Where(file => files.Contains(file.Sha256)) ?? []],
        Audience = read.Audience with { Parameters = read.Audience.SegmentId is not null && read.Audience.SegmentId == stored?.Audience.SegmentId ? stored.Audience.Parameters : null },
        Roles = read.Roles with { Consulted = stored?.Roles.Consulted ?? [], Informed = stored?.Roles.Informed ?? [] },
        Budget = read.Budget with { Lines = [.. read.Budget.Lines.Select(line => line with { Phases = stored?.Budget.Lines.FirstOrDefault(before => before.Name == line.Name)?.Phases ?? [] })] },
    };

    private static void Tidy(JsonObject json)
    {
        foreach (var phase in Entries(json["phases"]))
        {
            DropOtherDay(phase);
            DropTextsWithoutBody(phase);
            DropUnused(phase, "rollout", "firstPercent", "condition");
            DropUnused(phase, "recurrence", "rule", "cron", "ceiling", "until");
            DropUnused(phase, "link", "target");
            foreach (var part in Entries(phase["steps"]).Concat(Entries(phase["experiment"]?["variants"])))
            {
                DropUnused(part, "link", "target");
                DropTextsWithoutBody(part);
                // None of its own: the phase's.
                if (part["texts"] is JsonArray { Count: 0 })
                    part.Remove("texts");
            }
        }
        DropUnused(json, "incentive", "name", "rewardCap");
        DropUnused(json, "rules", "chinese");
        foreach (var part in new[] { "window", "goal", "product", "audience" })
            json[part] ??= new JsonObject();
        // Limits left empty mean "none of its own"; left out they would get the default.
        var limits = json["limits"] as JsonObject ?? [];
        foreach (var name in new[] { "perCustomerPerDay", "perCustomerPer30Days" })
            limits[name] ??= null;
        PostedJson.DropChannelsWithoutLimit(limits);
        json["limits"] = limits;
    }

    private static IEnumerable<JsonObject> Entries(JsonNode? list) => (list as JsonArray)?.OfType<JsonObject>() ?? [];

    // The form has a field for either way to say on which day; the one that was chosen counts.
    private static void DropOtherDay(JsonObject phase)
    {
        if (phase["due"]?.ToString() is not { } chosen)
            return;
        phase.Remove("due");
        phase.Remove(chosen == PhaseDue.FromLaunch ? "date" : "daysFromLaunch");
    }

    // The form offers a text for every channel and language; those left empty are no texts.
    private static void DropTextsWithoutBody(JsonObject holder)
    {
        if (holder["texts"] is not JsonArray texts)
            return;
        for (var i = texts.Count - 1; i >= 0; i--)
        {
            if (texts[i]?["body"] is null)
                texts.RemoveAt(i);
        }
    }

    // Some fields of a part begin with a value; it is there when one of those is filled that have none.
    private static void DropUnused(JsonObject json, string member, params string[] filled)
    {
        if (json[member] is JsonObject part && filled.All(name => part[name] is null))
            json.Remove(member);
    }

    private static void Number(JsonNode? node, Dictionary<JsonNode, int> positions)
    {
        if (node is JsonObject holder)
        {
            foreach (var member in holder)
                Number(member.Value, positions);
        }
        for (var i = 0; i < (node as JsonArray)?.Count; i++)
        {
            if (node![i] is JsonObject entry)
            {
                positions[entry] = i;
                Number(entry, positions);
            }
        }
    }

    private void Place(JsonNode? node, string read, string typed, Dictionary<JsonNode, int> positions)
    {
        if (node is JsonObject holder)
        {
            foreach (var (name, member) in holder)
                Place(member, read.Length == 0 ? name : $"{read}.{name}", typed.Length == 0 ? name : $"{typed}.{name}", positions);
        }
        for (var i = 0; i < (node as JsonArray)?.Count; i++)
        {
            if (node![i] is JsonObject entry && positions.TryGetValue(entry, out var position))
            {
                places[$"{read}[{i}]"] = $"{typed}[{position}]";
                Place(entry, $"{read}[{i}]", $"{typed}[{position}]", positions);
            }
        }
    }
}
