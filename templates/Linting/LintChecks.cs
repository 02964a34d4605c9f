using System.Collections.Frozen;
using System.Globalization;

namespace Orchestrator.Templates.Linting;

/// <summary>Where a check struck. A null evidence means that something is missing.</summary>
internal readonly record struct LintHit(TemplatePart Part, int Position, string Evidence, string Count = "");

/// <summary>The checks that rules can name.</summary>
internal static class LintChecks
{
    private static readonly FrozenDictionary<string, Func<LintRule, LintSubject, IEnumerable<LintHit>>> Checks =
        new Dictionary<string, Func<LintRule, LintSubject, IEnumerable<LintHit>>>
        {
            ["words"] = (rule, subject) => subject.Parts.SelectMany(part => WordingChecks.Words(rule, part)),
            ["patterns"] = (rule, subject) => subject.Parts.SelectMany(part => WordingChecks.Patterns(rule, part)),
            ["patterns-without-token"] = (rule, subject) => subject.Parts.Where(part => !part.Uses(rule.Token!)).SelectMany(part => WordingChecks.Patterns(rule, part)),
            ["patterns-with-token"] = (rule, subject) => subject.Parts.Where(part => part.Uses(rule.Token!)).SelectMany(part => WordingChecks.Patterns(rule, part)),
            ["token-missing"] = TokenChecks.Missing,
            ["token-first"] = TokenChecks.First,
            ["token-typed"] = TokenChecks.Typed,
            ["links-forbidden"] = LinkChecks.Forbidden,
            ["links-https"] = LinkChecks.Https,
            ["links-allowed"] = LinkChecks.Allowed,
            ["max-segments"] = LengthChecks.Segments,
            ["max-length"] = LengthChecks.Length,
            ["outside-gsm7"] = LengthChecks.OutsideGsm7,
            ["empty-text"] = (_, subject) => subject.Template.Html is null && string.IsNullOrWhiteSpace(subject.Template.Body) ? [new(TemplatePart.Body, 0, "")] : [],
            ["plain-text-part"] = (_, subject) => subject.Template.Html is not null && string.IsNullOrWhiteSpace(subject.Template.Body) ? [new(TemplatePart.Body, 0, "")] : [],
            ["title-missing"] = (_, subject) => string.IsNullOrWhiteSpace(subject.Template.Title) ? [new(TemplatePart.Title, 0, "")] : [],
            ["unescaped-html"] = (_, subject) => subject.Parts.Where(part => part.Part == TemplatePart.Html)
                .SelectMany(part => part.Pieces.Where(piece => piece.Unescaped).Select(piece => new LintHit(part.Part, piece.Start, piece.Source))),
            ["does-not-compile"] = (_, subject) => subject.Fault is { } fault ? [new(TemplatePart.Body, 0, fault)] : [],
            ["variables-forbidden"] = VariableChecks.Forbidden,
            ["unused-variable"] = (_, subject) => subject.Unused.Select(name => new LintHit(TemplatePart.Body, 0, name)),
        }.ToFrozenDictionary();

    public static IReadOnlySet<string> Names { get; } = Checks.Keys.ToFrozenSet();

    public static IEnumerable<LintFinding> Run(RulePack pack, LintRule rule, LintSubject subject) =>
        Checks[rule.Check](rule, subject).Select(hit => new LintFinding(
            rule.Id, pack.Name, rule.Severity, new(Fill(rule.Message.Zh, rule, hit), Fill(rule.Message.En, rule, hit)), hit.Evidence, hit.Part, hit.Position));

    private static string Fill(string message, LintRule rule, LintHit hit) => message
        .Replace("{evidence}", hit.Evidence, StringComparison.Ordinal)
        .Replace("{count}", hit.Count, StringComparison.Ordinal)
        .Replace("{max}", rule.Max?.ToString(CultureInfo.InvariantCulture) ?? "", StringComparison.Ordinal);
}
