using System.Text.RegularExpressions;
using Orchestrator.Channels;
using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Audiences;

/// <summary>
/// What an address of each channel looks like, and how it is kept: one normal form, encrypted for its row, with a look-up hash. Thread-safe.
/// </summary>
public sealed partial class CustomerAddresses(PersonalData personal)
{
    private const int LongestToken = 1024;

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$")]
    private static partial Regex E164();

    [GeneratedRegex(@"^1[3-9][0-9]{9}$")]
    private static partial Regex ChineseMobile();

    [GeneratedRegex(@"^[^\s@,;<>""]{1,64}@[^\s@,;<>""]{1,190}\.[^\s@.,;<>""]{2,63}$")]
    private static partial Regex Mailbox();

    [GeneratedRegex(@"^[!-~]+$")]
    private static partial Regex Token();

    /// <summary>The normal form (E.164, lower-case domain), or null where <paramref name="text"/> is no address of that channel.</summary>
    public static string? Normalise(ChannelKind channel, string text)
    {
        text = text.Trim();
        switch (channel)
        {
            case ChannelKind.Sms:
                var digits = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
                if (ChineseMobile().IsMatch(digits))
                    return "+86" + digits;
                return E164().IsMatch(digits) ? digits : null;
            case ChannelKind.Email:
                if (!Mailbox().IsMatch(text))
                    return null;
                var at = text.LastIndexOf('@');
                return string.Concat(text.AsSpan(0, at), "@", text[(at + 1)..].ToLowerInvariant());
            default:
                return text.Length is > 0 and <= LongestToken && Token().IsMatch(text) ? text : null;
        }
    }

    /// <summary>Enough of the address to recognise it, not to use it.</summary>
    public static string Mask(ChannelKind channel, string address)
    {
        if (channel == ChannelKind.Email && address.LastIndexOf('@') is > 0 and var at)
            return $"{address[0]}***{address[at..]}";
        return address.Length < 8 ? "***" : $"{address[..^8]}****{address[^4..]}";
    }

    /// <summary>The look-up hash of a normalised address; push tokens of all kinds share a name space.</summary>
    public string Hash(ChannelKind channel, string normalised) => personal.Lookup(CustomerChannels.NameOf(channel), normalised);

    internal string? Seal(string externalId, ChannelKind channel, string? normalised) => Seal(externalId, new AddressSlot(channel), normalised);

    internal string? Seal(string externalId, AddressSlot slot, string? normalised) => personal.Protect(normalised, Place(externalId, slot));

    internal string? Open(string externalId, AddressSlot slot, string? sealedText) => personal.Unprotect(sealedText, Place(externalId, slot));

    private static string Place(string externalId, AddressSlot slot) => $"customers:{externalId}:{slot.Name}";
}
