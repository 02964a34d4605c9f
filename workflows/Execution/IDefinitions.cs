using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution;

/// <summary>
/// What a process refers to by id. It must give the same answer for the same instance every time:
/// the host pins versions when an instance starts.
/// </summary>
public interface IDefinitions
{
    ProcessDefinition? FindProcess(string processId);

    /// <summary>Evaluates a decision; null when there is none of that id.</summary>
    DecisionAnswer? Evaluate(string decisionId, Variables inputs);
}

/// <summary>What a decision said.</summary>
/// <param name="Failure">Not null: the decision could not be made, and why; this becomes an incident.</param>
public sealed record DecisionAnswer(object? Result, IReadOnlyList<MatchedRule> MatchedRules, string? Failure = null);
