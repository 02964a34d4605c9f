using Microsoft.Extensions.Options;

namespace Orchestrator.Host.WebConsole;

/// <summary>The zone in which the console shows times.</summary>
internal sealed class CompanyZone
{
    public CompanyZone(IOptions<OrchestratorOptions> options) => Value = TimeZoneInfo.FindSystemTimeZoneById(options.Value.CompanyTimeZone);

    public TimeZoneInfo Value { get; }
}
