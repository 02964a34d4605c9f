using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Reachouts;

/// <summary>What texts are checked against, read at one moment: the rule packs in force, where links may lead, what may be printed of customers. Immutable and thread-safe.</summary>
public sealed class TextRules
{
    /// <summary>Stands where findings name their rule pack.</summary>
    public const string AttributePack = "customer-attributes";

    private readonly TemplateLinter linter;
    private readonly IReadOnlyCollection<string> hosts;
    private readonly AttributeSet declared;
    private readonly Texts texts;
    private readonly DateOnly today;

    internal TextRules(TemplateLinter linter, IReadOnlyCollection<string> hosts, AttributeSet declared, Texts texts, DateOnly today) =>
        (this.linter, this.hosts, this.declared, this.texts, this.today) = (linter, hosts, declared, texts, today);

    /// <summary>Everything that is wrong with a text, or worth a look.</summary>
    /// <param name="template">The text.</param>
    /// <param name="promotesLoan">Whether its marketing is for loans.</param>
    /// <param name="tokens">What fills its tokens; null: typical values.</param>
    public LintReport Lint(MessageTemplate template, bool promotesLoan, TokenValues? tokens = null)
    {
        var report = linter.Lint(template, new LintContext { On = today, PromotesLoan = promotesLoan, AllowedHosts = hosts, Tokens = tokens, IsFragment = template.Id.StartsWith(TextPartials.Prefix, StringComparison.Ordinal) });
        var own = OfAttributes(template).ToList();
        return own.Count == 0 ? report : report with { Findings = [.. own, .. report.Findings] };
    }

    private IEnumerable<LintFinding> OfAttributes(MessageTemplate template)
    {
        foreach (var variable in template.Variables.Where(variable => variable.Attribute is not null))
        {
            if (TextPrints.FaultOf(variable, declared) is { } fault)
                yield return new LintFinding("attribute", AttributePack, LintSeverity.Error, Say($"print.{fault}", variable.Name, variable.Attribute!), variable.Attribute!, TemplatePart.Body, 0);
        }
    }

    private BilingualText Say(string key, params object[] args) => new(texts.InLanguage(Texts.Chinese, key, args), texts.InLanguage(Texts.English, key, args));
}

/// <summary>Reads what texts are checked against. Thread-safe.</summary>
internal sealed class TextRuleReader(Database database, TemplateRenderer renderer, TextRuleKind packs, AttributeCatalogue catalogue, OrchestratorOptions options, Texts texts, BusinessClock clock)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    /// <param name="db">Where the caller reads already; null: this opens its own.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<TextRules> ReadAsync(OrchestratorDb? db, CancellationToken cancellationToken)
    {
        var today = LocalDay.Of(clock.GetUtcNow(), zone);
        var inForce = db is null
            ? await database.ReadAsync((own, token) => packs.PacksAsync(own, today, token), cancellationToken)
            : await packs.PacksAsync(db, today, cancellationToken);
        return new TextRules(new TemplateLinter(inForce, renderer), [options.PublicUrl.Host, .. options.LinkHosts], await catalogue.CurrentAsync(db, cancellationToken), texts, today);
    }
}
