using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Campaigns;

/// <summary>How a campaign was rated: the row of <c>campaign-risk</c> that fired and the worst case it was fed.</summary>
public sealed record RiskRating(int? Row, string? Annotation, decimal? WorstCase);

/// <summary>Reads ratings from the audit chain, where the decision was recorded with its facts.</summary>
public sealed class RiskRatings(Database database)
{
    /// <summary>The latest rating of each campaign that has one; one query however many are asked for.</summary>
    public Task<IReadOnlyDictionary<Guid, RiskRating>> OfAsync(IReadOnlyCollection<Guid> campaigns, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<Guid, RiskRating>>(
            async (db, token) =>
            {
                var chains = campaigns.ToDictionary(AuditChain.ForCampaign, id => id);
                var names = chains.Keys.ToList();
                var rows = await db.AuditEvents.Where(row => names.Contains(row.Chain) && row.Type == "decision-made" && row.Subject == Submission.RiskDecision)
                    .Select(row => new { row.Chain, row.Seq, row.Data }).ToListAsync(token);
                return rows.GroupBy(row => row.Chain).ToDictionary(group => chains[group.Key], group => Read(group.MaxBy(row => row.Seq)!.Data));
            },
            cancellationToken);

    internal static RiskRating Read(string data)
    {
        using var json = JsonDocument.Parse(data);
        var rule = json.RootElement.TryGetProperty("matchedRules", out var matched) && matched.ValueKind == JsonValueKind.Array ? matched.EnumerateArray().LastOrDefault() : default;
        decimal? worst = null;
        if (json.RootElement.TryGetProperty("facts", out var text) && text.ValueKind == JsonValueKind.String)
        {
            using var facts = JsonDocument.Parse(text.GetString()!);
            worst = facts.RootElement.TryGetProperty(CampaignFacts.WorstCaseCost, out var value) ? Number(value) : null;
        }
        return rule.ValueKind != JsonValueKind.Object
            ? new RiskRating(null, null, worst)
            : new RiskRating((int?)Number(rule.GetProperty("ruleNumber")), rule.TryGetProperty("annotation", out var annotation) ? annotation.GetString() : null, worst);
    }

    // Canonical JSON writes numbers as texts.
    private static decimal? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDecimal(),
        JsonValueKind.String when decimal.TryParse(value.GetString(), System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var read) => read,
        _ => null,
    };
}
