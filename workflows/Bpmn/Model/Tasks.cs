using System.Collections.Immutable;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn;

/// <summary>A task for a person.</summary>
public sealed class UserTask : Activity
{
    /// <summary><c>zeebe:formDefinition formId</c>.</summary>
    public string? FormId { get; internal set; }

    /// <summary>Roles that may take it (<c>zeebe:assignmentDefinition candidateGroups</c>), a list or a FEEL expression.</summary>
    public TextOrExpression? CandidateGroups { get; internal set; }
    public TextOrExpression? CandidateUsers { get; internal set; }
    public TextOrExpression? Assignee { get; internal set; }

    /// <summary>When it is due: a working-day duration, an ISO duration, or a date or expression.</summary>
    public TextOrExpression? Due { get; internal set; }

    /// <summary>How long before <see cref="Due"/> its holder is reminded.</summary>
    public TextOrExpression? Remind { get; internal set; }

    public ImmutableArray<TaskOutcome> Outcomes { get; internal set; } = [];

    /// <summary>The variable that receives the outcome's id: <c>sop:outcomes variable</c>, by default the id in camel case plus <c>Outcome</c>.</summary>
    public required string OutcomeVariable { get; init; }

    /// <summary>The parts of the launch package that its approval is bound to (<c>sop:covers</c>).</summary>
    public ImmutableArray<string> Covers { get; internal set; } = [];

    /// <summary>Tasks that the same person must not have done, and <c>owner</c> (<c>sop:separateFrom</c>).</summary>
    public ImmutableArray<string> SeparateFrom { get; internal set; } = [];

    /// <summary>How many different people must complete it (<c>sop:quorum</c>); a refusing outcome ends it at once.</summary>
    public int Quorum { get; internal set; } = 1;

    /// <summary>Where this is true on entry the task is not created and its first outcome counts (<c>sop:skipWhen</c>).</summary>
    public Expression? SkipWhen { get; internal set; }

    /// <summary>What the person must have checked (<c>sop:obligation</c>), shown beside the form.</summary>
    public ImmutableArray<Obligation> Obligations { get; internal set; } = [];

    public TaskOutcome? FindOutcome(string outcomeId) => Outcomes.FirstOrDefault(o => o.Id == outcomeId);

    /// <summary>The roles, where the file names them literally; empty when they are computed.</summary>
    public IReadOnlyList<string> LiteralGroups => CandidateGroups?.Literal is { } text ? Lists.Split(text) : [];
}

/// <summary>A way to complete a user task.</summary>
/// <param name="RequiresReason">Completing without a reason is refused.</param>
/// <param name="SendBackTo">Stage or element that the whole procedure returns to instead of following the outgoing flow.</param>
public sealed record TaskOutcome(string Id, LocalizedText Name, bool RequiresReason, string? SendBackTo);

/// <summary>Something to be checked before a task is completed.</summary>
public sealed record Obligation(string Id, LocalizedText Text);

/// <summary>Work for the host: a service task, or a send, rule or script task with a <c>zeebe:taskDefinition</c>.</summary>
public sealed class ServiceTask : Activity
{
    public required TextOrExpression Type { get; init; }
    public int Retries { get; internal set; } = 3;
    public ImmutableDictionary<string, string> Headers { get; internal set; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Evaluates a DMN decision (<c>zeebe:calledDecision</c>).</summary>
public sealed class BusinessRuleTask : Activity
{
    public required TextOrExpression DecisionId { get; init; }
    public required string ResultVariable { get; init; }
}

/// <summary>Evaluates a FEEL expression (<c>zeebe:script</c>, or <c>bpmn:script</c> with a FEEL format).</summary>
public sealed class ScriptTask : Activity
{
    public required Expression Script { get; init; }
    public string? ResultVariable { get; internal set; }
}

/// <summary>Publishes a message and goes on.</summary>
public sealed class SendTask : Activity
{
    public required MessageReference Message { get; init; }
}

/// <summary>Waits for a message.</summary>
public sealed class ReceiveTask : Activity
{
    public required MessageReference Message { get; init; }
}

/// <summary>A task without behaviour (<c>task</c>, <c>manualTask</c>): it passes straight through.</summary>
public sealed class PlainTask : Activity;

/// <summary>Runs another process inside this instance.</summary>
public sealed class CallActivity : Activity
{
    public required TextOrExpression CalledProcessId { get; init; }
    public bool PropagateAllParentVariables { get; internal set; } = true;
    public bool PropagateAllChildVariables { get; internal set; } = true;
}
