using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Host.Reachouts;

/// <summary>Turns a customer of the feed into what the send checks look at.</summary>
public static class CandidateReader
{
    /// <param name="customer">As the feed read it.</param>
    /// <param name="defaultLanguage">For customers without a language.</param>
    /// <param name="facts">Names put in front of the attributes: <c>converted</c> and the like; null for none.</param>
    public static Candidate Read(FeedCustomer customer, string defaultLanguage = "zh-CN", IReadOnlyDictionary<string, object?>? facts = null) => new()
    {
        CustomerNo = customer.CustomerNo,
        ExternalId = customer.ExternalId,
        Version = customer.Version,
        TimeZone = customer.TimeZone,
        Language = customer.Language ?? defaultLanguage,
        Attributes = facts is null ? customer.Attributes : FeelScope.Layered(FeelScope.From(facts), customer.Attributes),
        IsSuppressed = customer.Suppressed == ChannelSet.Every || customer.IsErased,
        Channels = [.. CustomerChannels.All.Where(customer.HasAddress).Select(kind => Channel(customer, kind))],
        Source = customer,
    };

    private static CandidateChannel Channel(FeedCustomer customer, ChannelKind kind) => new(
        kind,
        customer.AddressHash(kind) ?? "",
        customer.Consents.Has(kind, Purpose.Marketing),
        customer.Consents.Has(kind, Purpose.Servicing),
        customer.Suppressed.Has(kind),
        customer);
}
