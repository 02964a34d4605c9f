using System.Collections.Concurrent;
using Orchestrator.Channels;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// The send checks that look at one customer, in the order in which a refusal is named: global holdout → suppression → exclusion → channel (consent, account,
/// policy, registration) → quiet hours. The forecast and the send both ask here; only frequency caps, budget and "one message per address" need
/// the ledger and are reserved when leasing. Pure and thread-safe.
/// </summary>
public sealed class SendChecks
{
    /// <summary>Attribute in which a customer's preferred channel is kept: sms, push, email, wecom or oa.</summary>
    public const string PreferenceAttribute = "preferred_channel";

    /// <summary>Attribute in which a customer's jurisdiction is kept: <c>CN</c>, <c>US-TX</c>. Without it the company's holds.</summary>
    public const string JurisdictionAttribute = "jurisdiction";

    /// <summary>Attribute in which the WeCom user id of the employee who looks after a customer is kept.</summary>
    public const string WecomOwnerAttribute = "wecom_owner";
    private readonly ConcurrentDictionary<string, TimeZoneInfo?> zones = new();

    public SendVerdict Decide(SendRules rules, Candidate candidate, DateTimeOffset now)
    {
        if (IsHeldOut(rules, candidate, now))
            return new SendVerdict.Skip(SkipReason.GlobalHoldout);
        if (candidate.IsSuppressed)
            return new SendVerdict.Skip(SkipReason.Suppressed);
        if (Exclusion(rules, candidate) is { } excluded)
            return new SendVerdict.Skip(excluded);
        var (send, refusal) = Choose(rules, candidate, now);
        if (send is null)
            return refusal;
        return OpensAfter(rules, candidate, now) is { } opens
            ? new SendVerdict.Defer(opens, SkipReason.QuietHours, send.Route, send.Account, send.Channel)
            : send;
    }

    /// <summary>Null: the hour is right for this customer; otherwise the first moment at which it is.</summary>
    internal DateTimeOffset? OpensAfter(SendRules rules, Candidate candidate, DateTimeOffset now) =>
        rules.QuietHours.OpensAfter(rules.Purpose, candidate.Attributes.TryGet(JurisdictionAttribute, out var value) ? value as string : null, OwnZone(candidate.TimeZone), now);

    /// <summary>The customer's zone, or the company's where it is unknown.</summary>
    public TimeZoneInfo Zone(SendRules rules, string? name) => OwnZone(name) ?? rules.CompanyZone;

    private TimeZoneInfo? OwnZone(string? name) => name is null ? null : zones.GetOrAdd(name, static key => TimeZoneInfo.TryFindSystemTimeZoneById(key, out var zone) ? zone : null);

    internal static bool IsHeldOut(SendRules rules, Candidate candidate, DateTimeOffset now) =>
        rules.Purpose == Purpose.Marketing && !rules.GlobalHoldout.IsEmpty && rules.GlobalHoldout.KeepsBack(candidate.ExternalId, now);

    // Anything but a plain false keeps the message back: a rule that can't be decided never opens a check.
    internal static SkipReason? Exclusion(SendRules rules, Candidate candidate) =>
        rules.Exclusion?.Evaluate(candidate.Attributes).Value switch
        {
            _ when rules.Exclusion is null => null,
            false => null,
            true => SkipReason.Excluded,
            _ => SkipReason.ExclusionUndecided,
        };

    private static (SendVerdict.Send? Send, SendVerdict.Skip Refusal) Choose(SendRules rules, Candidate candidate, DateTimeOffset now)
    {
        var refusal = new SendVerdict.Skip(SkipReason.NoConsentedChannel);
        foreach (var route in Preferred(rules, candidate))
        {
            var (send, reason) = Through(rules, route, candidate, now);
            if (send is not null)
                return (send, refusal);
            if (reason == SkipReason.NoConsentedChannel)
                continue;
            // The first channel that would have been used names the reason.
            if (refusal.Kind is null)
                refusal = new SendVerdict.Skip(reason, route.Kind);
        }
        return (null, refusal);
    }

    /// <summary>The routes in order, a customer's own preference in front where the phase asks for it.</summary>
    private static IEnumerable<ChannelRoute> Preferred(SendRules rules, Candidate candidate) =>
        rules.PreferCustomerChannel && candidate.Attributes.TryGet(PreferenceAttribute, out var value) && value is string name && ChannelNames.TryParse(name) is { } kind
            ? rules.Routes.OrderBy(route => route.Kind == kind ? 0 : 1)
            : rules.Routes;

    /// <summary>The best account that may send it, if the text for this customer lacks nothing; none: why the best of them all may not.</summary>
    internal static (SendVerdict.Send? Send, SkipReason Reason) Through(SendRules rules, ChannelRoute route, Candidate candidate, DateTimeOffset now)
    {
        if (AnyOf(route, candidate) is not { } any || !any.IsConsented(rules.Purpose))
            return (null, SkipReason.NoConsentedChannel);
        SkipReason? first = null;
        foreach (var account in route.For(candidate))
        {
            if (candidate.Channel(account.Slot) is not { } channel)
                continue;
            if (Refuse(rules, account, channel, now) is not { } reason)
                return rules.Prints.LackOne(route.Kind, candidate, rules.Declared) ? (null, SkipReason.NoText) : (new SendVerdict.Send(route, account, channel), SkipReason.None);
            first ??= reason;
        }
        return (null, first ?? (any.IsSuppressed ? SkipReason.Suppressed : SkipReason.NoAccount));
    }

    /// <summary>How the accounts of a route reach the customer, by the first of several push tokens: all have the same consents. Null: not at all.</summary>
    internal static CandidateChannel? AnyOf(ChannelRoute route, Candidate candidate)
    {
        foreach (var slot in route.Reached)
        {
            if (candidate.Channel(slot) is { } channel)
                return channel;
        }
        return null;
    }

    /// <summary>Why one account may not send it; null: it may.</summary>
    internal static SkipReason? Refuse(SendRules rules, RouteAccount account, CandidateChannel channel, DateTimeOffset now)
    {
        if (channel.IsSuppressed)
            return SkipReason.Suppressed;
        if (!(account.NeedsCode ? rules.KindsWithCode : rules.KindsWithText).Contains(channel.Kind))
            return SkipReason.NoText;
        var today = LocalDay.Of(now, rules.CompanyZone);
        // Opening an address costs a decryption: only where the provider has a rule that could ask for it.
        if (rules.Policy.Check(account.Provider, rules.Purpose, rules.ProductCategory, null, today) is { } rule
            && (rule.AddressPrefix is null || rules.Policy.Check(account.Provider, rules.Purpose, rules.ProductCategory, channel.Address, today) is not null))
            return SkipReason.ProviderPolicy;
        return account.IsRegistered && (account.RegisteredUntil is not { } until || now <= until) ? null : SkipReason.NotRegistered;
    }
}
