using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Audiences;

/// <summary>Counts what the send checks say of one phase.</summary>
internal sealed class PhaseTally(Phase phase, SendRules rules, string briefZone)
{
    /// <summary>Before a campaign runs nobody has converted in it.</summary>
    public static readonly IReadOnlyDictionary<string, object?> NotConverted = new Dictionary<string, object?> { ["converted"] = false };

    private readonly DateTimeOffset at = StartOf(phase, briefZone);
    private readonly Dictionary<string, long> channels = rules.Routes.Select(route => CustomerChannels.NameOf(route.Kind)).Distinct().ToDictionary(name => name, _ => 0L);
    private readonly SortedDictionary<string, long> skipped = new(StringComparer.Ordinal);
    private readonly HashSet<string> addresses = [];
    private long deferred;

    public void Add(SendChecks checks, Candidate candidate)
    {
        switch (checks.Decide(rules, candidate, at))
        {
            case SendVerdict.Send send:
                Reach(candidate, send.Route.Kind);
                break;
            case SendVerdict.Defer defer when Reach(candidate, defer.Route.Kind):
                deferred++;
                break;
            case SendVerdict.Skip skip:
                Count(skip.Reason);
                break;
        }
    }

    public PhaseForecast Result() => new(phase.Key, phase.Name, channels, deferred, skipped);

    /// <summary>One message per address: of two customers who share it, the one with the lower number gets it, as in the send.</summary>
    private bool Reach(Candidate candidate, ChannelKind kind)
    {
        var hash = candidate.Channels.First(channel => channel.Kind == kind).AddressHash;
        if (!addresses.Add($"{kind}:{hash}"))
        {
            Count(SkipReason.DuplicateAddress);
            return false;
        }
        channels[CustomerChannels.NameOf(kind)]++;
        return true;
    }

    private void Count(SkipReason reason)
    {
        var name = System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
        skipped[name] = skipped.GetValueOrDefault(name) + 1;
    }

    private static DateTimeOffset StartOf(Phase phase, string zoneName)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var local = phase.Date.ToDateTime(phase.Time);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
