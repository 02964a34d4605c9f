using Orchestrator.Host.Time;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Campaigns;

/// <summary>A finding and the text it is about (<c>warm-up/sms/zh-CN</c>).</summary>
public sealed record BriefFinding(string Template, LintFinding Finding);

/// <summary>Lints every text of a brief with the rule packs in force.</summary>
public sealed class BriefLint
{
    private readonly TemplateLinter linter = TemplateLinter.Shipped(new TemplateRenderer());
    private readonly OrchestratorOptions options;
    private readonly BusinessClock clock;

    internal BriefLint(OrchestratorOptions options, BusinessClock clock) => (this.options, this.clock) = (options, clock);

    public IReadOnlyList<BriefFinding> Lint(Brief brief)
    {
        var context = new LintContext
        {
            On = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime),
            PromotesLoan = brief.Product.Category == "loan",
            AllowedHosts = [options.PublicUrl.Host, .. options.LinkHosts],
        };
        return
        [
            .. from phase in brief.Phases.SelectMany(phase => phase.Occasions())
               from text in phase.Texts
               let template = BriefTemplates.Of(phase, text)
               from finding in linter.Lint(template, context).Findings
               select new BriefFinding(template.Id, finding),
        ];
    }
}
