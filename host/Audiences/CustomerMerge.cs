using System.Text;
using System.Text.Json;

namespace Orchestrator.Host.Audiences;

/// <summary>One customer before and after a change. Addresses are compared by hash, so nothing is decrypted.</summary>
internal sealed class CustomerMerge
{
    public CustomerMerge(CustomerAddresses addresses, CustomerChange change, FeedRow? before)
    {
        // An erased customer's id may still arrive from elsewhere: nothing personal is taken in again.
        if (before?.ErasedAt is not null)
            change = new CustomerChange { ExternalId = change.ExternalId };
        (string? Sealed, string? Hash)[] known = [.. AddressSlot.All.Select(slot => before?.Stored(slot) ?? default)];
        Row = new CustomerRow
        {
            CustomerNo = before?.CustomerNo ?? 0,
            ExternalId = change.ExternalId,
            Attributes = MergeAttributes(before?.Attributes, change.Attributes),
            Language = change.Settings.TryGetValue(CustomerChange.LanguageSetting, out var language) ? language : before?.Language,
            TimeZone = change.Settings.TryGetValue(CustomerChange.TimeZoneSetting, out var zone) ? zone : before?.TimeZone,
            Addresses = [.. AddressSlot.All.Select((slot, i) => Merge(addresses, change, slot, known[i]))],
            ConsentBits = before?.ConsentBits ?? 0,
            Version = before?.Version ?? 1,
        };
        IsChanged = before is null
            || Row.Attributes != before.Attributes
            || Row.Language != before.Language
            || Row.TimeZone != before.TimeZone
            || !Row.Addresses.Select(pair => pair.Hash).SequenceEqual(known.Select(pair => pair.Hash));
    }

    public CustomerRow Row { get; }

    public bool IsChanged { get; }

    private static (string?, string?) Merge(CustomerAddresses addresses, CustomerChange change, AddressSlot slot, (string? Sealed, string? Hash) known)
    {
        if (!change.TryGet(slot, out var address))
            return known;
        if (address is null)
            return (null, null);
        var hash = addresses.Hash(slot.Kind, address);
        return hash == known.Hash ? known : (addresses.Seal(change.ExternalId, slot, address), hash);
    }

    private static string MergeAttributes(string? before, Dictionary<string, string?> changes)
    {
        var all = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        if (before is not null)
        {
            using var document = JsonDocument.Parse(before);
            foreach (var member in document.RootElement.EnumerateObject())
                all[member.Name] = member.Value.GetRawText();
        }
        foreach (var (name, token) in changes)
            all[name] = token;
        var text = new StringBuilder("{");
        foreach (var (name, token) in all)
        {
            if (token is not null)
                text.Append(text.Length == 1 ? "" : ",").Append(JsonSerializer.Serialize(name)).Append(':').Append(token);
        }
        return text.Append('}').ToString();
    }
}
