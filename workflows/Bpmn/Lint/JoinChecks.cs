namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>
/// Plays every scope with all choices open and looks for tokens that wait at a join for ever.
/// </summary>
internal static class JoinChecks
{
    internal static void Check(ProcessDefinition process, LintReport report)
    {
        var scopes = process.Nodes.OfType<SubProcess>().Select(s => s.Content).Prepend(process.Content);
        foreach (var scope in scopes)
        {
            if (!scope.Nodes.Any(n => n is ParallelGateway && n.Incoming.Length > 1))
                continue;
            foreach (var (gateway, missing) in new TokenGame(process, scope).FindStuckJoins())
                report.Error(gateway, "deadlock", $"This join can wait for ever: a token may never arrive on {string.Join(", ", missing.Select(f => $"'{f.Id}' from '{f.Source.Id}'"))}. Join alternatives with an exclusive gateway, and parallel branches with a parallel one.");
        }
    }
}
