using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

/// <summary>What one check says of one customer, whatever the others say.</summary>
/// <param name="Check">globalHoldout, suppression, exclusion, channel, quietHours, frequencyCap, address, budget, switches, package or time.</param>
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
            var channel = candidate.Channel(route.Kind);
            var refusal = channel is null || !channel.IsConsented(rules.Purpose) ? SkipReason.NoConsentedChannel : SendChecks.Refuse(rules, route, channel, now);
            verdicts.Add(CheckVerdict.Of("channel", refusal, ChannelNames.Of(route.Kind), DetailOf(rules, route, channel, refusal, now)));
        }
        var opens = checks.OpensAfter(rules, candidate, now);
        verdicts.Add(opens is { } until ? new CheckVerdict("quietHours", "defer", SkipReason.QuietHours, null, $"{until:O}") : CheckVerdict.Of("quietHours", null));
        return verdicts;
    }

    private static string? DetailOf(SendRules rules, ChannelRoute route, CandidateChannel? channel, SkipReason? refusal, DateTimeOffset now) =>
        channel is null ? "no address"
        : refusal == SkipReason.NoConsentedChannel ? "no consent"
        : refusal == SkipReason.ProviderPolicy ? rules.Policy.Check(route.Account!.Provider, rules.Purpose, rules.ProductCategory, channel.Address, LocalDay.Of(now, rules.CompanyZone))?.Code
        : null;
}
