using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

/// <summary>Puts the accounts that a brief would use into its launch package: another account or signature is another package.</summary>
internal sealed class ReachoutAccounts : IPackageAccounts
{
    public async Task<IReadOnlyDictionary<string, object?>> ForAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var accounts = await ForBriefAsync(db, brief, cancellationToken);
        return accounts.ToDictionary(
            pair => ChannelNames.Of(pair.Key),
            pair => (object?)new { pair.Value.Id, pair.Value.Provider, pair.Value.SignatureZh, pair.Value.SignatureEn, registration = pair.Value.RegistrationNumber });
    }

    internal static async Task<SortedDictionary<ChannelKind, ChannelAccount>> ForBriefAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var kinds = brief.Phases.SelectMany(phase => phase.AllChannels()).Select(ChannelNames.TryParse).OfType<ChannelKind>().ToHashSet();
        var accounts = await db.ChannelAccounts.AsNoTracking().Where(row => row.IsDefault && !row.IsDisabled).OrderBy(row => row.No).ToListAsync(cancellationToken);
        var chosen = new SortedDictionary<ChannelKind, ChannelAccount>();
        foreach (var account in accounts.Where(row => kinds.Contains(row.Kind)))
            chosen.TryAdd(account.Kind, account);
        return chosen;
    }
}

/// <summary>Tells the refusal decision what providers forbid and which registrations are missing.</summary>
internal sealed class ReachoutFacts(ProviderPolicyKind policies, BusinessClock clock, OrchestratorOptions options) : IFactSource
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    public async Task AddAsync(OrchestratorDb db, Brief brief, IDictionary<string, object?> facts, CancellationToken cancellationToken)
    {
        var accounts = await ReachoutAccounts.ForBriefAsync(db, brief, cancellationToken);
        var policy = await policies.PolicyAsync(db, cancellationToken);
        var today = LocalDay.Of(clock.GetUtcNow(), zone);
        var category = brief.Product.Category == "none" ? null : brief.Product.Category;
        var forbidden = new List<string>();
        foreach (var phase in brief.Phases.Where(phase => phase.Purpose is "marketing" or "servicing"))
        {
            foreach (var kind in phase.AllChannels().Select(ChannelNames.TryParse).OfType<ChannelKind>())
            {
                if (accounts.TryGetValue(kind, out var account) && policy.Check(account.Provider, ChannelNames.ParsePurpose(phase.Purpose), category, null, today) is { } rule)
                    forbidden.Add($"{rule.ReasonZh} / {rule.ReasonEn}");
            }
        }
        facts[CampaignFacts.ProviderForbids] = forbidden.Distinct().ToList();
        facts[CampaignFacts.Unregistered] = accounts.Values.Where(account => account.Registration is RegistrationStatus.Pending or RegistrationStatus.Rejected || account.RegisteredUntil < clock.GetUtcNow()).Select(account => account.Name).ToList();
    }
}
