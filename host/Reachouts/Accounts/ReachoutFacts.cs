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
        return accounts.GroupBy(row => row.Kind).ToDictionary(
            group => ChannelNames.Of(group.Key),
            group => (object?)group.Select(row => new
            {
                row.Id, row.Name, row.Provider, row.SignatureZh, row.SignatureEn, registration = row.RegistrationNumber, row.IsDefault, purposes = row.ServedPurposes, prefixes = row.ServedPrefixes, row.Order,
            }).ToList());
    }

    /// <summary>Every account that a message of the brief may go through, by number.</summary>
    internal static async Task<IReadOnlyList<ChannelAccount>> ForBriefAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var accounts = await ChannelAccounts.InUseAsync(db, cancellationToken);
        var used = brief.Phases.SelectMany(phase => RoutesOf(phase, accounts)).SelectMany(route => route.Accounts).Select(account => account.No).ToHashSet();
        return [.. accounts.Where(row => used.Contains(row.No))];
    }

    /// <summary>Phases that name an account for work by hand which there is not.</summary>
    internal static async Task<IReadOnlyList<(string Phase, string Account)>> MissingAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken)
    {
        var names = await db.ChannelAccounts.Where(row => row.Kind == ChannelKind.Manual && !row.IsDisabled).Select(row => row.Name).ToListAsync(cancellationToken);
        return [.. brief.Phases.Where(phase => phase.ManualAccount is { } name && !names.Contains(name)).Select(phase => (phase.Name, phase.ManualAccount!))];
    }

    /// <summary>The channels of a phase with its steps and variants, as a send finds them.</summary>
    internal static IEnumerable<ChannelRoute> RoutesOf(Phase phase, IReadOnlyList<ChannelAccount> accounts) =>
        phase.Purpose is not ("marketing" or "servicing") ? [] : phase.AllChannels().Select(ChannelNames.TryParse).OfType<ChannelKind>().Distinct()
            .Select(kind => ChannelRoute.Of(phase, kind, accounts.Where(row => row.Kind == kind).Select(ChannelAccounts.Route)));
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
            foreach (var route in ReachoutAccounts.RoutesOf(phase, accounts))
                forbidden.AddRange(Forbidden(route, policy.Rules, (account, region) => policy.Check(account.Provider, ChannelNames.ParsePurpose(phase.Purpose), category, region, today)).Select(rule => $"{rule.ReasonZh} / {rule.ReasonEn}"));
        }
        facts[CampaignFacts.ProviderForbids] = forbidden.Distinct().ToList();
        facts[CampaignFacts.Unregistered] = accounts.Where(account => account.Registration is RegistrationStatus.Pending or RegistrationStatus.Rejected || account.RegisteredUntil < clock.GetUtcNow()).Select(account => account.Name).ToList();
    }

    /// <summary>The rules that leave some region without any account. A region is what an account or a rule names, and everything else.</summary>
    private static IEnumerable<ProviderRule> Forbidden(ChannelRoute route, IReadOnlyList<ProviderRule> rules, Func<RouteAccount, string, ProviderRule?> check)
    {
        var named = rules.Where(rule => route.Accounts.Any(account => account.Provider == rule.Provider)).Select(rule => rule.AddressPrefix).OfType<string>();
        foreach (var region in route.Accounts.SelectMany(account => account.Prefixes).Concat(named).Append("").Distinct())
        {
            var refusals = route.For(region).Select(account => check(account, region)).ToList();
            if (refusals.Count > 0 && refusals.TrueForAll(rule => rule is not null))
                yield return refusals[0]!;
        }
    }
}
