using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

/// <summary>What the company's dated rules say of messages, read at one moment.</summary>
internal sealed record HouseRules(QuietHours QuietHours, ProviderPolicy Policy, IReadOnlyDictionary<Purpose, FrequencyCaps> Caps, AttributeSet Declared)
{
    public SendRules Over(SendRules rules) => rules with { QuietHours = QuietHours, Policy = Policy, Declared = Declared, Caps = rules.Caps.And(Caps[rules.Purpose]) };
}

/// <summary>Reads the dated rules that every send check and the forecast hold messages against.</summary>
internal sealed class HouseRuleReader(QuietHourKind hours, ProviderPolicyKind policies, HouseCaps caps, AttributeCatalogue catalogue)
{
    public async Task<HouseRules> ReadAsync(OrchestratorDb db, CancellationToken cancellationToken) =>
        new(await hours.HoursAsync(db, cancellationToken), await policies.PolicyAsync(db, cancellationToken), await caps.NowAsync(db, cancellationToken), await catalogue.CurrentAsync(db, cancellationToken));
}
