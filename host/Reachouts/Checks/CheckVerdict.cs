using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>What one check says of one customer, whatever the others say.</summary>
/// <param name="Check">globalHoldout, suppression, exclusion, channel, account, quietHours, frequencyCap, address, budget, switches, package or time.</param>
/// <param name="Verdict">pass, refuse or defer.</param>
/// <param name="Reason">Why not; <see cref="SkipReason.None"/> when it passes.</param>
/// <param name="Channel">The channel it is about; null: all.</param>
/// <param name="Detail">Figures or names behind the verdict.</param>
public sealed record CheckVerdict(string Check, string Verdict, SkipReason Reason = SkipReason.None, string? Channel = null, string? Detail = null)
{
    public static CheckVerdict Of(string check, SkipReason? refusal, string? channel = null, string? detail = null) =>
        new(check, refusal is null ? "pass" : "refuse", refusal ?? SkipReason.None, channel, detail);
}

/// <summary>Asks every check about a customer, where a send stops at the first refusal.</summary>
internal static class CheckVerdicts
{
    public static IReadOnlyList<CheckVerdict> Explain(this SendChecks checks, SendRules rules, Candidate candidate, DateTimeOffset now)
    {
        var verdicts = new List<CheckVerdict>
        {
            CheckVerdict.Of("globalHoldout", SendChecks.IsHeldOut(rules, candidate, now) ? SkipReason.GlobalHoldout : null),
            CheckVerdict.Of("suppression", candidate.IsSuppressed ? SkipReason.Suppressed : null),
            CheckVerdict.Of("exclusion", SendChecks.Exclusion(rules, candidate)),
        };
        foreach (var route in rules.Routes)
        {
            var channel = SendChecks.AnyOf(route, candidate);
            if (channel is null || !channel.IsConsented(rules.Purpose))
            {
                verdicts.Add(CheckVerdict.Of("channel", SkipReason.NoConsentedChannel, ChannelNames.Of(route.Kind), channel is null ? "no address" : "no consent"));
                continue;
            }
            var (send, reason) = SendChecks.Through(rules, route, candidate, now);
            var accounts = Accounts(rules, route, candidate, now).ToList();
            verdicts.Add(CheckVerdict.Of("channel", send is null ? reason : null, ChannelNames.Of(route.Kind), send?.Account.Name ?? (reason == SkipReason.NoText ? rules.Prints.Lacking(route.Kind, candidate, rules.Declared) : PolicyOf(rules, route, candidate, reason, now))));
            if (route.Accounts.Count > 1)
                verdicts.AddRange(accounts);
        }
        var opens = checks.OpensAfter(rules, candidate, now);
        verdicts.Add(opens is { } until ? new CheckVerdict("quietHours", "defer", SkipReason.QuietHours, null, $"{until:O}") : CheckVerdict.Of("quietHours", null));
        return verdicts;
    }

    /// <summary>What each account that serves the customer says, best first.</summary>
    private static IEnumerable<CheckVerdict> Accounts(SendRules rules, ChannelRoute route, Candidate candidate, DateTimeOffset now)
    {
        foreach (var account in route.For(candidate))
        {
            if (candidate.Channel(account.Slot) is not { } channel)
                continue;
            var refusal = SendChecks.Refuse(rules, account, channel, now);
            var rule = refusal == SkipReason.ProviderPolicy ? RuleOf(rules, account, channel, now) : null;
            yield return CheckVerdict.Of("account", refusal, ChannelNames.Of(route.Kind), rule is null ? account.Name : $"{account.Name}: {rule}");
        }
    }

    private static string? PolicyOf(SendRules rules, ChannelRoute route, Candidate candidate, SkipReason refusal, DateTimeOffset now) =>
        refusal == SkipReason.ProviderPolicy && route.For(candidate)[0] is { } first && candidate.Channel(first.Slot) is { } channel ? RuleOf(rules, first, channel, now) : null;

    private static string? RuleOf(SendRules rules, RouteAccount account, CandidateChannel channel, DateTimeOffset now) =>
        rules.Policy.Check(account.Provider, rules.Purpose, rules.ProductCategory, channel.Address, LocalDay.Of(now, rules.CompanyZone))?.Code;
}
