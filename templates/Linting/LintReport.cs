namespace Orchestrator.Templates.Linting;

/// <summary>What linting a template gave.</summary>
/// <param name="Findings">Findings in the order of the text; errors before warnings at the same place.</param>
/// <param name="Packs">The packs that were applied, with versions: evidence for the reviewer.</param>
/// <param name="Preview">The text rendered with the sample values; null when it does not render.</param>
/// <param name="Sms">Its length and segments; null unless it is a text message that renders.</param>
public sealed record LintReport(
    IReadOnlyList<LintFinding> Findings, IReadOnlyList<string> Packs, RenderedMessage? Preview, SmsLength? Sms)
{
    /// <summary>True when nothing blocks the text.</summary>
    public bool Passed => Findings.All(finding => finding.Severity != LintSeverity.Error);
}
