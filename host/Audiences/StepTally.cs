using System.Text.Json;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Audiences;

/// <summary>Counts what the send checks say of one message of a phase: the first, or that of a step.</summary>
/// <param name="rules">Of the phase as the step has it.</param>
/// <param name="at">When it would go out at the earliest.</param>
/// <param name="price">What a message through an account to a customer of a language costs, in micros.</param>
/// <param name="addresses">Who has an address within the occurrence: one message per address, the steps' included.</param>
internal sealed class StepTally(SendRules rules, DateTimeOffset at, Func<int, string, long> price, Dictionary<string, long> addresses)
{
    private readonly Dictionary<string, long> channels = rules.Routes.Select(route => CustomerChannels.NameOf(route.Kind)).Distinct().ToDictionary(name => name, _ => 0L);
    private readonly SortedDictionary<string, long> skipped = new(StringComparer.Ordinal);

    public long Total { get; private set; }

    public long Deferred { get; private set; }

    /// <summary>Micros.</summary>
    public long Cost { get; private set; }

    public IReadOnlyDictionary<string, long> Channels => channels;

    public IReadOnlyDictionary<string, long> Skipped => skipped;

    /// <returns>Null: the customer gets it; otherwise why not.</returns>
    public SkipReason? Add(SendChecks checks, Candidate candidate)
    {
        Total++;
        var verdict = checks.Decide(rules, candidate, at);
        var reason = verdict switch
        {
            SendVerdict.Send send => Reach(candidate, send.Account, send.Channel),
            SendVerdict.Defer defer => Reach(candidate, defer.Account, defer.Channel),
            SendVerdict.Skip skip => skip.Reason,
            _ => throw new InvalidOperationException($"{verdict} is no verdict of a send."),
        };
        if (reason is { } refusal)
            Count(refusal);
        else if (verdict is SendVerdict.Defer)
            Deferred++;
        return reason;
    }

    // Of two customers who share an address, the one with the lower number gets it, as in the send.
    private SkipReason? Reach(Candidate candidate, RouteAccount account, CandidateChannel channel)
    {
        var address = $"{channel.Kind}:{channel.AddressHash}";
        if (!addresses.TryAdd(address, candidate.CustomerNo) && addresses[address] != candidate.CustomerNo)
            return SkipReason.DuplicateAddress;
        channels[CustomerChannels.NameOf(channel.Kind)]++;
        Cost += price(account.No, candidate.Language);
        return null;
    }

    private void Count(SkipReason reason)
    {
        var name = JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
        skipped[name] = skipped.GetValueOrDefault(name) + 1;
    }
}
