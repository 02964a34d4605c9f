using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.WebConsole.Pages.Templates;

/// <summary>A stretch of a source and the finding that it is the evidence of, if any.</summary>
internal sealed record MarkedText(string Text, TextFinding? Finding);

/// <summary>Cuts a source at the words that findings are about.</summary>
internal static class TextMarks
{
    /// <param name="source">One part of a text.</param>
    /// <param name="findings">The findings of that part. Of two about the same words the first is shown.</param>
    public static IEnumerable<MarkedText> Of(string source, IEnumerable<TextFinding> findings)
    {
        var at = 0;
        foreach (var finding in findings.Where(finding => finding.Evidence.Length > 0).OrderBy(finding => finding.Position))
        {
            var end = finding.Position + finding.Evidence.Length;
            if (finding.Position < at || end > source.Length || !source.AsSpan(finding.Position, finding.Evidence.Length).SequenceEqual(finding.Evidence))
                continue;
            if (finding.Position > at)
                yield return new MarkedText(source[at..finding.Position], null);
            yield return new MarkedText(finding.Evidence, finding);
            at = end;
        }
        if (at < source.Length)
            yield return new MarkedText(source[at..], null);
    }
}
