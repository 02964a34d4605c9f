using Orchestrator.Templates.Syntax;

namespace Orchestrator.Templates.Linting;

/// <summary>Checks that tokens stand where they must and that nobody types what a token brings.</summary>
internal static class TokenChecks
{
    /// <summary>The token is absent from the plain text or the HTML. Where a pattern of the rule is typed instead, the rule against typing says so.</summary>
    public static IEnumerable<LintHit> Missing(LintRule rule, LintSubject subject) =>
        from part in subject.Parts
        where part.Part is TemplatePart.Body or TemplatePart.Html && part.Source.Length > 0
        where !part.Uses(rule.Token!) && !(rule.Token == TemplateTokens.OptOut && part.Uses(TemplateTokens.OptOutUrl))
        where !WordingChecks.Patterns(rule, part).Any()
        select new LintHit(part.Part, 0, "");

    public static IEnumerable<LintHit> First(LintRule rule, LintSubject subject)
    {
        var pieces = subject.Body.Pieces.Where(piece => piece.Kind != PieceKind.Comment && !string.IsNullOrWhiteSpace(piece.Source)).ToList();
        return from piece in pieces.Skip(1)
               where piece.Kind == PieceKind.Value && piece.Name == rule.Token
               select new LintHit(TemplatePart.Body, piece.Start, piece.Source);
    }

    /// <summary>The token's own value, known from its source, stands typed in the text; or one of the rule's patterns does.</summary>
    public static IEnumerable<LintHit> Typed(LintRule rule, LintSubject subject)
    {
        var value = LintSubject.IsTypical(subject.Tokens) ? null : rule.Token switch
        {
            TemplateTokens.Signature => subject.Tokens.Signature,
            TemplateTokens.Rate => subject.Tokens.Rate,
            TemplateTokens.OptOut => OptOutWording.For(subject.Template.Channel, subject.Template.Language, null),
            _ => null,
        };
        foreach (var part in subject.Parts)
        {
            // A link in HTML carries the customer's own address and needs a label.
            if (rule.Token == TemplateTokens.OptOut && part.Part == TemplatePart.Html && part.Uses(TemplateTokens.OptOutUrl))
                continue;
            var hits = WordingChecks.Patterns(rule, part).ToList();
            foreach (var literal in part.Literals.Where(_ => value is { Length: > 0 }))
            {
                var at = literal.Source.IndexOf(value!, StringComparison.OrdinalIgnoreCase);
                if (at >= 0 && !hits.Exists(hit => hit.Position < literal.Start + at + value!.Length && literal.Start + at < hit.Position + hit.Evidence.Length))
                    hits.Add(new(part.Part, literal.Start + at, literal.Source.Substring(at, value!.Length)));
            }

            foreach (var hit in hits)
                yield return hit;
        }
    }
}
