using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Dmn;

/// <summary>What a decision (or service) gave, and why.</summary>
/// <param name="Value">The value, or null where it failed or there is none.</param>
/// <param name="Diagnostics">What was turned into null on the way; empty when all went well.</param>
/// <param name="MatchedRules">The rules that matched in every decision table on the way, in the order of evaluation.</param>
public sealed record DecisionResult(object? Value, IReadOnlyList<MatchedRule> MatchedRules, IReadOnlyList<FeelDiagnostic> Diagnostics);

/// <summary>A rule of a decision table that matched.</summary>
/// <param name="DecisionId">The decision or business knowledge model that holds the table.</param>
/// <param name="Rule">Number of the rule, from 1.</param>
/// <param name="RuleId">The rule's id in the model, where it has one.</param>
/// <param name="Annotations">Annotation texts by column name.</param>
/// <param name="Inputs">The tested values by the text of the input expression.</param>
public sealed record MatchedRule(
    string DecisionId, int Rule, string? RuleId, IReadOnlyDictionary<string, string> Annotations, IReadOnlyDictionary<string, object?> Inputs);
