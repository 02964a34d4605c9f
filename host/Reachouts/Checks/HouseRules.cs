using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What the company's dated rules say of messages, read at one moment.</summary>
internal sealed record HouseRules(QuietHours QuietHours, ProviderPolicy Policy)
{
    public SendRules Over(SendRules rules) => rules with { QuietHours = QuietHours, Policy = Policy };
}

/// <summary>Reads the dated rules that every send check and the forecast hold messages against.</summary>
internal sealed class HouseRuleReader(QuietHourKind hours, ProviderPolicyKind policies)
{
    public async Task<HouseRules> ReadAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        new(await hours.HoursAsync(db, cancellationToken), await policies.PolicyAsync(db, cancellationToken));
}
