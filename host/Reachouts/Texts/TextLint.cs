using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Reachouts;

/// <summary>A text to check, and the product it speaks of: null checks it as loan marketing with a typical rate.</summary>
public sealed record LintRequest(TextDraft Text, ProductTerms? Product = null);

/// <summary>One finding in the caller's language.</summary>
/// <param name="Rule">Rule id.</param>
/// <param name="Pack">Rule pack with its version.</param>
/// <param name="Severity">error or warning.</param>
/// <param name="Part">title, body or html.</param>
/// <param name="Position">Where the evidence starts in the part; 0 when something is missing.</param>
/// <param name="Evidence">The words it is about; empty when something is missing.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record TextFinding(string Rule, string Pack, LintSeverity Severity, TemplatePart Part, int Position, string Evidence, string Message)
{
    public static TextFinding From(LintFinding finding) => new(
        finding.RuleId, finding.Pack, finding.Severity, finding.Part, finding.Position, finding.Evidence, finding.Message.In(Texts.Language));
}

/// <summary>How long a text message is, and in which alphabet.</summary>
public sealed record TextLength(SmsEncoding Encoding, int Characters, int Segments, string? FirstOutsideGsm7)
{
    public static TextLength? From(SmsLength? length) => length is null ? null : new(length.Encoding, length.Characters, length.Segments, length.FirstOutsideGsm7);
}

/// <summary>What the checks say of a text, and how it reads with sample values.</summary>
public sealed record LintReply(bool Passed, IReadOnlyList<TextFinding> Findings, IReadOnlyList<string> Packs, RenderedMessage? Sample, TextLength? Sms)
{
    public int Errors => Findings.Count(finding => finding.Severity == LintSeverity.Error);

    public int Warnings => Findings.Count - Errors;
}

/// <summary>Checks one text with the rule packs in force today. Thread-safe.</summary>
internal sealed class TextLint(TextRuleReader rules, TextPartials partials, ChannelAccounts accounts, OrchestratorOptions options)
{
    public async Task<Outcome<LintReply>> LintAsync(LintRequest request, CancellationToken cancellationToken)
    {
        if (request.Text.Check().ToArray() is { Length: > 0 } problems)
            return Refusal.Invalid([.. problems.Select(problem => problem with { Field = $"text.{problem.Field}" })]);
        return await LintAsync(request.Text.Template("text"), request.Product, cancellationToken);
    }

    public async Task<LintReply> LintAsync(MessageTemplate template, ProductTerms? product, CancellationToken cancellationToken)
    {
        template = await partials.WithAsync(template, cancellationToken);
        var report = (await rules.ReadAsync(null, cancellationToken)).Lint(template, product is null or { Category: "loan" }, await TokensAsync(template, product, cancellationToken));
        return new LintReply(report.Passed, [.. report.Findings.Select(TextFinding.From)], report.Packs, report.Preview, TextLength.From(report.Sms));
    }

    /// <summary>The real signature and rate where they are known, so that the length is the one that is billed.</summary>
    private async Task<TokenValues?> TokensAsync(MessageTemplate template, ProductTerms? product, CancellationToken cancellationToken)
    {
        if (product is null || await AccountAsync(template.Channel, cancellationToken) is not { } account)
            return null;
        var chinese = template.Language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        return new TokenValues
        {
            Signature = chinese ? account.SignatureZh : account.SignatureEn,
            Rate = MessageTexts.RateOf(product, chinese),
            OptOutUrl = new Uri(options.PublicUrl, "/u/a1b2c3").ToString(),
        };
    }

    private async Task<ChannelAccount?> AccountAsync(MessageChannel channel, CancellationToken cancellationToken)
    {
        var name = TextDraft.Channels.FirstOrDefault(name => BriefTemplates.ChannelOf(name) == channel);
        return name is null ? null : await accounts.ForKindAsync(ChannelNames.Parse(name), null, cancellationToken);
    }
}
