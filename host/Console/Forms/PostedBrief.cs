using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>The brief as it was typed, checked by the same reader as the API's. What the form does not show is taken over from the stored brief.</summary>
internal static class PostedBrief
{
    private static readonly HashSet<string> Numbers =
        ["baseline", "target", "marginPerUnit", "minAnnualRate", "maxAnnualRate", "holdoutPercent", "holdoutCount", "ceiling", "latestMinutes", "rewardCap", "quantity", "topPrize", "expectedCost", "amount", "perCustomerPerDay", "perCustomerPer30Days",
        "messages", "lateMinutes", "perDay", "firstPercent", "observeMinutes", "expiresDays"];

    private static readonly HashSet<string> Lists = ["channels", "consulted", "informed", "tracking", "lessonsRead"];

    public static Outcome<Brief> Read(IFormCollection posted, Brief? stored)
    {
        var json = PostedJson.Read(posted, Numbers, Lists);
        foreach (var own in new[] { "version", "start" })
            json.Remove(own);
        DropTextsWithoutBody(json);
        foreach (var phase in (json["phases"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            DropNothing(phase, "rollout", "firstPercent");
            DropNothing(phase, "recurrence", "rule");
            DropNothing(phase, "link", "target");
        }
        DropNothing(json, "incentive", "name");
        DropNothing(json, "rules", "chinese");
        PostedJson.DropEmpty(json);
        json["window"] ??= new JsonObject();
        json["goal"] ??= new JsonObject();
        json["product"] ??= new JsonObject();
        json["audience"] ??= new JsonObject();
        // Limits left empty mean "none of its own"; left out they would get the default.
        json["limits"] = new JsonObject { ["perCustomerPerDay"] = json["limits"]?["perCustomerPerDay"]?.DeepClone(), ["perCustomerPer30Days"] = json["limits"]?["perCustomerPer30Days"]?.DeepClone() };
        var read = BriefReading.Read(JsonSerializer.SerializeToElement(json));
        if (read.Refusal is { } refusal)
            return refusal;
        var kept = posted["_keepPages"].Concat(posted["_keepPapers"]).ToHashSet();
        return read.Value with
        {
            Pages = [.. stored?.Pages.Where(file => kept.Contains(file.Sha256)) ?? []],
            Papers = [.. stored?.Papers.Where(file => kept.Contains(file.Sha256)) ?? []],
            TimeZone = stored?.TimeZone ?? read.Value.TimeZone,
            Phases = [.. read.Value.Phases.Select(phase => Kept(phase, stored?.Phases.FirstOrDefault(before => before.Key == phase.Key)))],
            Budget = read.Value.Budget with { Lines = [.. read.Value.Budget.Lines.Select(line => line with { Phases = stored?.Budget.Lines.FirstOrDefault(before => before.Name == line.Name)?.Phases ?? [] })] },
        };
    }

    // Steps, experiments and cron expressions are written through the API.
    private static Phase Kept(Phase phase, Phase? stored) => stored is null ? phase : phase with
    {
        Steps = stored.Steps,
        Experiment = stored.Experiment,
        Recurrence = phase.Recurrence ?? (stored.Recurrence?.Cron is null ? null : stored.Recurrence),
    };

    // The form offers a text for every channel and language; those left empty are no texts.
    private static void DropTextsWithoutBody(JsonObject json)
    {
        foreach (var phase in (json["phases"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            if (phase["texts"] is not JsonArray texts)
                continue;
            for (var i = texts.Count - 1; i >= 0; i--)
            {
                if (texts[i]?["body"] is null)
                    texts.RemoveAt(i);
            }
        }
    }

    private static void DropNothing(JsonObject json, string member, string needed)
    {
        if (json[member] is JsonObject holder && holder[needed] is null && (member != "incentive" || holder["rewardCap"] is null))
            json.Remove(member);
    }
}
