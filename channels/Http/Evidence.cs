using System.Text.RegularExpressions;

namespace Orchestrator.Channels.Http;

/// <summary>Bounds what is kept of a provider's words, and hides the phone numbers and mailboxes that providers like to quote in them.</summary>
internal static partial class Evidence
{
    private const int Longest = 500;

    public static string? Cut(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var masked = Mask(text.Length > 2 * Longest ? text[..(2 * Longest)] : text);
        return masked.Length > Longest ? masked[..Longest] : masked;
    }

    /// <summary>Hides addresses in a verdict's reason and evidence.</summary>
    public static Delivery Clean(Delivery verdict)
    {
        var clean = verdict switch
        {
            Delivery.RetrySafe v => v with { Reason = Cut(v.Reason) ?? "" },
            Delivery.Ambiguous v => v with { Reason = Cut(v.Reason) ?? "" },
            Delivery.PermanentRecipient v => v with { Reason = Cut(v.Reason) ?? "" },
            Delivery.OptOut v => v with { Reason = Cut(v.Reason) ?? "" },
            Delivery.Configuration v => v with { Reason = Cut(v.Reason) ?? "" },
            _ => verdict,
        };
        return clean.ProviderText is null ? clean : clean with { ProviderText = Cut(clean.ProviderText) };
    }

    private static string Mask(string text) => LongNumber().Replace(Mailbox().Replace(text, "***@$1"), match => $"{match.Value[..3]}***{match.Value[^2..]}");

    [GeneratedRegex(@"[^\s<>,;:""'()@]{1,64}@([A-Za-z0-9.-]{1,255})")]
    private static partial Regex Mailbox();

    [GeneratedRegex(@"\+?\d{8,}")]
    private static partial Regex LongNumber();
}
