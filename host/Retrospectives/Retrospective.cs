using System.Text.Json;

namespace Orchestrator.Host.Retrospectives;

/// <summary>The last campaign of the same objective and form, for comparison.</summary>
public sealed record LikeCampaign(Guid Id, string Code, string Name, decimal Target, decimal? Actual);

/// <summary>A sentence of the draft in both languages.</summary>
public sealed record Sentence(string Zh, string En);

/// <summary>
/// GRAI: goal, result, analysis, insight. The figures and the drafted sentences come from the data; <see cref="Owner"/> is what the owner made of them.
/// </summary>
public sealed record Retrospective
{
    public required string Metric { get; init; }
    public decimal Target { get; init; }
    public decimal Baseline { get; init; }
    public Figures? Figures { get; init; }

    /// <summary>Actual divided by target; null without data.</summary>
    public decimal? Attainment { get; init; }

    /// <summary>Conversions beyond what the holdout's rate predicts.</summary>
    public decimal? Incremental { get; init; }

    /// <summary>(incremental × margin − cost) ÷ cost; null where unknown.</summary>
    public decimal? Roi { get; init; }
    public double? PValue { get; init; }
    public bool IsSignificant { get; init; }
    public LikeCampaign? Last { get; init; }

    /// <summary>Form field to the sentence drafted for it: goal, result, funnelLoss, skipsAndComplaints.</summary>
    public IReadOnlyDictionary<string, Sentence> Draft { get; init; } = new Dictionary<string, Sentence>();

    /// <summary>What the owner entered, as the task form has it.</summary>
    public JsonElement? Owner { get; init; }
}
