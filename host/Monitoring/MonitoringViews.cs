using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Retrospectives;

namespace Orchestrator.Host.Monitoring;

/// <summary>Goal against pace: what an even pace would have reached by today.</summary>
public sealed record PaceView(string Metric, string Unit, decimal Target, decimal PerDay, decimal ExpectedToday, decimal Actual, decimal? Share);

/// <summary>
/// Return against the holdout: (incremental × margin − cost) ÷ cost, where incremental is what the treated did beyond what they would have done
/// at the holdout's rate. Null where holdout, margin or cost is missing.
/// </summary>
public sealed record ReturnView(decimal? Incremental, decimal? Margin, decimal Cost, decimal? Roi)
{
    public static ReturnView Of(Goal goal, Figures figures)
    {
        decimal? incremental = figures.Holdout.Rate is { } rate ? figures.Treated.Converted - (rate * figures.Treated.Size) : null;
        var roi = incremental is { } more && goal.MarginPerUnit is { } margin && figures.Cost > 0 ? ((more * margin) - figures.Cost) / figures.Cost : (decimal?)null;
        return new ReturnView(incremental, goal.MarginPerUnit, figures.Cost, roi is { } value ? Math.Round(value, 2) : null);
    }
}

/// <summary>A guardrail as it stands. <see cref="Holds"/>: false = within limits, true = breached, null = could not be decided.</summary>
/// <param name="Value">The present figure, where the condition compares one with a limit: <c>complaints / delivered</c>.</param>
public sealed record GuardrailView(string Key, string Name, string Condition, bool? Holds, DateTimeOffset? TrippedAt, decimal? Value = null, decimal? Limit = null, bool IsShare = false)
{
    private const decimal Near = 0.8m;

    /// <summary>Not breached, but four fifths of the way there.</summary>
    public bool IsNear => Holds == false && TrippedAt is null && Limit > 0 && Value >= Near * Limit;
}

/// <summary>A campaign under way in a line: its pace and its guardrails.</summary>
public sealed record CampaignProgress(Guid CampaignId, PaceView Pace, IReadOnlyList<GuardrailView> Guardrails, long Complaints, long OptOuts);

public sealed record MonitoringView(Figures? Figures, PaceView Pace, ReturnView? Return, IReadOnlyList<GuardrailView> Guardrails, IReadOnlyDictionary<DateOnly, long> ConvertersPerDay, IReadOnlyList<LedgerCount> Messages);
