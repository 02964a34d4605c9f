namespace Orchestrator.Templates.Linting;

/// <summary>Checks of what the author typed. What variables bring in is the business of their sources.</summary>
internal static class WordingChecks
{
    public static IEnumerable<LintHit> Words(LintRule rule, SubjectPart part) =>
        rule.Words.SelectMany(word => Find(LintPatterns.ForWord(LintPatterns.Narrow(word)), part)).OrderBy(hit => hit.Position);

    public static IEnumerable<LintHit> Patterns(LintRule rule, SubjectPart part)
    {
        // Several patterns of a rule may see the same words; the reader needs them once.
        var end = -1;
        foreach (var hit in rule.Patterns.SelectMany(pattern => Find(LintPatterns.Compiled(pattern), part)).OrderBy(hit => hit.Position).ThenByDescending(hit => hit.Evidence.Length))
        {
            if (hit.Position < end)
                continue;
            end = hit.Position + hit.Evidence.Length;
            yield return hit;
        }
    }

    private static IEnumerable<LintHit> Find(System.Text.RegularExpressions.Regex regex, SubjectPart part) =>
        from literal in part.Literals
        from match in regex.Matches(LintPatterns.Narrow(literal.Source))
        select new LintHit(part.Part, literal.Start + match.Index, literal.Source.Substring(match.Index, match.Length));
}
