namespace Orchestrator.Templates.Linting;

/// <summary>Checks of which variables a text names.</summary>
internal static class VariableChecks
{
    /// <summary>The text names a variable of the rule's words, or one that an attribute of the customer fills, be it as a value, in a helper or as a condition.</summary>
    public static IEnumerable<LintHit> Forbidden(LintRule rule, LintSubject subject) =>
        from part in subject.Parts
        from piece in part.Pieces
        from name in piece.Arguments.Append(piece.Name).Select(name => name.StartsWith("../", StringComparison.Ordinal) ? name[3..] : name)
        where rule.Words.Contains(name) || subject.Template.Variables.Any(variable => variable.Name == name && variable.Attribute is not null)
        group piece.Start by (part.Part, name) into named
        select new LintHit(named.Key.Part, named.Min(), named.Key.name);
}
