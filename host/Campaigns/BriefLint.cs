using System.Net;
using System.Text.RegularExpressions;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Campaigns;

/// <summary>A finding and the text it is about (<c>warm-up/sms/zh-CN</c>).</summary>
public sealed record BriefFinding(string Template, LintFinding Finding);

/// <summary>Lints every text of a brief, with every offer that may stand in it, with the rules in force.</summary>
public sealed partial class BriefLint
{
    private readonly TextRuleReader reader;

    internal BriefLint(TextRuleReader reader) => this.reader = reader;

    /// <param name="brief">The brief.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="db">Where the caller reads already; null: this opens its own.</param>
    public async Task<IReadOnlyList<BriefFinding>> LintAsync(Brief brief, CancellationToken cancellationToken, OrchestratorDb? db = null) => Lint(brief, await reader.ReadAsync(db, cancellationToken));

    public static IReadOnlyList<BriefFinding> Lint(Brief brief, TextRules rules)
    {
        var promotesLoan = brief.Product.Category == "loan";
        IEnumerable<BriefFinding> Findings(MessageTemplate template) => rules.Lint(template, promotesLoan).Findings.Select(finding => new BriefFinding(template.Id, finding));
        return [.. brief.Phases.SelectMany(phase => phase.Occasions().SelectMany(occasion => occasion.Texts.SelectMany(text => Findings(BriefTemplates.Of(occasion, text)))).Concat(OfOffers(phase, Findings)))];
    }

    /// <summary>What a variant's offer brings into the texts, where the texts alone have nothing of it.</summary>
    private static IEnumerable<BriefFinding> OfOffers(Phase phase, Func<MessageTemplate, IEnumerable<BriefFinding>> findings)
    {
        foreach (var (variant, i) in (phase.Experiment?.Variants ?? []).Select((variant, i) => (variant, i)).Where(pair => pair.variant.Offer is not null))
        {
            var occasion = phase.At(0, i + 1) with { Key = $"{phase.Key}@{variant.Key}" };
            foreach (var text in occasion.Texts)
            {
                var alone = findings(BriefTemplates.Of(occasion, text)).Select(found => (found.Finding.RuleId, found.Finding.Evidence)).ToHashSet();
                foreach (var found in findings(BriefTemplates.Of(occasion, Offering(text, variant.Offer!))).Where(found => !alone.Contains((found.Finding.RuleId, found.Finding.Evidence))))
                    yield return found;
            }
        }
    }

    /// <summary>The text as it reads with an offer, which is plain words: braces in it mean nothing.</summary>
    private static MessageText Offering(MessageText text, string offer)
    {
        var words = offer.Replace("{", "(", StringComparison.Ordinal).Replace("}", ")", StringComparison.Ordinal);
        string? In(string? source, string with) => source is null ? null : OfferToken().Replace(source, _ => with);
        var template = text.Template is { } registered ? registered with { Parameters = [.. registered.Parameters.Select(parameter => parameter with { Value = In(parameter.Value, words)! })] } : null;
        return text with { Subject = In(text.Subject, words), Body = In(text.Body, words)!, Html = In(text.Html, WebUtility.HtmlEncode(words)), Template = template };
    }

    [GeneratedRegex(@"\{\{\s*offer\s*\}\}")]
    private static partial Regex OfferToken();
}
