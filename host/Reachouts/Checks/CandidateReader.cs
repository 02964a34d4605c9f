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
    public static Candidate Read(FeedCustomer customer, string defaultLanguage = "zh-CN", IReadOnlyDictionary<string, object?>? facts = null) =>
        Read(customer, facts is null ? customer.Attributes : FeelScope.Layered(FeelScope.From(facts), customer.Attributes), defaultLanguage);

    /// <param name="customer">As the feed read it.</param>
    /// <param name="attributes">What exclusion rules see.</param>
    /// <param name="defaultLanguage">For customers without a language.</param>
    public static Candidate Read(FeedCustomer customer, IFeelScope attributes, string defaultLanguage = "zh-CN") => new()
    {
        CustomerNo = customer.CustomerNo,
        ExternalId = customer.ExternalId,
        Version = customer.Version,
        TimeZone = customer.TimeZone,
        Language = customer.Language ?? defaultLanguage,
        Attributes = attributes,
        IsSuppressed = customer.Suppressed == AddressSet.Every || customer.IsErased,
        Channels = Channels(customer),
        Source = customer,
    };

    private static List<CandidateChannel> Channels(FeedCustomer customer)
    {
        var channels = new List<CandidateChannel>(1);
        foreach (var slot in AddressSlot.All)
        {
            if (customer.HasAddress(slot))
                channels.Add(Channel(customer, slot));
        }
        return channels;
    }

    private static CandidateChannel Channel(FeedCustomer customer, AddressSlot slot) => new(
        slot.Kind,
        customer.AddressHash(slot) ?? "",
        customer.Consents.Has(slot.Kind, Purpose.Marketing),
        customer.Consents.Has(slot.Kind, Purpose.Servicing),
        customer.Suppressed.Has(slot),
        customer)
    {
        Token = slot.Token,
    };
}
