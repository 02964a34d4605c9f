using Orchestrator.Host.Audiences;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;
using Orchestrator.Templates;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>The rules in the box, for texts that are checked without a host.</summary>
internal static class SampleRules
{
    public static TextRules With(OrchestratorOptions options) =>
        new(TemplateLinter.Shipped(new TemplateRenderer()), [options.PublicUrl.Host, .. options.LinkHosts], AttributeSet.None, new Texts(), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
}
