using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Execution.Rehearsal;

/// <summary>A past run: what went in and what people and workers answered.</summary>
public sealed record RecordedRun(string Id, DryRunPlan Inputs, DateTimeOffset Start);

/// <summary>A past run that a proposed version would have taken another way.</summary>
/// <param name="Missing">Elements that only the old version completed.</param>
/// <param name="Additional">Elements that only the proposed version completed.</param>
/// <param name="Decisions">Decisions whose result differs: (decision, then, now) as JSON.</param>
public sealed record ReplayDifference(
    string RunId,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Additional,
    IReadOnlyList<(string DecisionId, string Then, string Now)> Decisions,
    string? StoppedBecause);

/// <summary>Runs a proposed version over recorded inputs and tells which would have gone differently.</summary>
public static class Replay
{
    /// <param name="old">The version they ran on, with the definitions of then.</param>
    /// <param name="proposed">The version to be published, with the definitions of then or proposed ones.</param>
    public static IReadOnlyList<ReplayDifference> Compare(
        (ProcessDefinition Process, InterpreterSettings Settings) old,
        (ProcessDefinition Process, InterpreterSettings Settings) proposed,
        IEnumerable<RecordedRun> runs)
    {
        var differences = new List<ReplayDifference>();
        foreach (var run in runs)
        {
            var then = DryRun.Play(old.Process, run.Inputs, run.Start, old.Settings);
            var now = DryRun.Play(proposed.Process, run.Inputs, run.Start, proposed.Settings);
            if (Difference(run.Id, then, now) is { } difference)
                differences.Add(difference);
        }
        return differences;
    }

    private static ReplayDifference? Difference(string id, DryRunReport then, DryRunReport now)
    {
        var missing = then.Path.Except(now.Path).ToList();
        var additional = now.Path.Except(then.Path).ToList();
        var after = Decisions(now);
        var decisions = Decisions(then)
            .Where(d => after.TryGetValue(d.Key, out var result) && result != d.Value)
            .Select(d => (d.Key, d.Value, after[d.Key])).ToList();
        var stopped = now.StoppedBecause != then.StoppedBecause ? now.StoppedBecause : null;
        return missing.Count + additional.Count + decisions.Count == 0 && stopped is null ? null : new(id, missing, additional, decisions, stopped);
    }

    private static Dictionary<string, string> Decisions(DryRunReport report) => report.Steps
        .Select(s => s.Event).OfType<InstanceEvent.DecisionEvaluated>()
        .GroupBy(d => d.DecisionId, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(d => VariableValues.Write(d.Result))), StringComparer.Ordinal);
}
