using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Pages.Templates;

/// <summary>What the checks and the preview say of a text.</summary>
public sealed record TextChecked(LintReply? Lint, PreviewReply? Preview, Refusal? Refusal)
{
    // Follows what is typed, so no attribute of the customer is shown: that would be an entry on the chain with every letter.
    /// <param name="customer">External id to render for; empty takes samples.</param>
    internal static async Task<TextChecked> OfAsync(TextDraft draft, string? customer, TextLint lint, TextPreview preview, CancellationToken cancellationToken)
    {
        var linted = await lint.LintAsync(new LintRequest(draft), cancellationToken);
        if (linted.Refusal is { } refusal)
            return new TextChecked(null, null, refusal);
        var shown = await preview.RenderAsync(new PreviewRequest(draft, Customer: customer), null, cancellationToken);
        return new TextChecked(linted.Value, shown.IsRefused ? null : shown.Value, shown.Refusal);
    }
}
