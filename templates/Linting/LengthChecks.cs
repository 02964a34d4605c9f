using System.Globalization;

namespace Orchestrator.Templates.Linting;

/// <summary>Checks of the rendered length, signature, rate and opt-out wording included.</summary>
internal static class LengthChecks
{
    public static IEnumerable<LintHit> Segments(LintRule rule, LintSubject subject)
    {
        if (subject.Preview is null || SmsSegments.Count(subject.Preview.Body) is not { } length || length.Segments <= rule.Max)
            return [];
        return [new(TemplatePart.Body, 0, string.Create(CultureInfo.InvariantCulture, $"{length.Units}"), length.Segments.ToString(CultureInfo.InvariantCulture))];
    }

    public static IEnumerable<LintHit> Length(LintRule rule, LintSubject subject)
    {
        var texts = new[] { (TemplatePart.Title, subject.Preview?.Title), (TemplatePart.Body, subject.Preview?.Body) };
        return from text in texts
               where text.Item2?.Length > rule.Max
               select new LintHit(text.Item1, 0, "", text.Item2!.Length.ToString(CultureInfo.InvariantCulture));
    }

    public static IEnumerable<LintHit> OutsideGsm7(LintRule rule, LintSubject subject)
    {
        if (subject.Preview is null || SmsSegments.Count(subject.Preview.Body).FirstOutsideGsm7 is not { } character)
            return [];
        var at = subject.Template.Body.IndexOf(character, StringComparison.Ordinal);
        return [new(TemplatePart.Body, Math.Max(at, 0), character)];
    }
}
