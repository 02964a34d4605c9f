using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Sms.Twilio;

/// <summary>X-Twilio-Signature: HMAC-SHA1 over the called URL and the sorted form fields; JSON bodies are covered by <c>bodySHA256</c> in the URL.</summary>
internal static class TwilioSignature
{
#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1; the wire contract is theirs.
    public static string Compute(string authToken, string url, IEnumerable<KeyValuePair<string, string>> form)
    {
        var text = new StringBuilder(url);
        foreach (var (name, value) in form.OrderBy(f => f.Key, StringComparer.Ordinal)) text.Append(name).Append(value);
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(text.ToString())));
    }
#pragma warning restore CA5350

    /// <summary>Twilio signs the URL sometimes with and sometimes without the standard port.</summary>
    public static bool Verify(string authToken, WebhookRequest request, IReadOnlyDictionary<string, string> form, string? signature)
    {
        if (signature is null) return false;
        var body = QueryHelpers.ParseQuery(request.Url.Query).TryGetValue("bodySHA256", out var hash) ? hash.ToString() : null;
        if (body is not null && !CallbackGate.SameText(Convert.ToHexStringLower(SHA256.HashData(request.Body.Span)), body)) return false;
        var fields = body is null ? form : new Dictionary<string, string>();
        return Spellings(request.Url).Any(url => CallbackGate.SameText(Compute(authToken, url, fields), signature));
    }

    private static IEnumerable<string> Spellings(Uri url)
    {
        var rest = url.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
        yield return $"{url.Scheme}://{url.Host}{rest}";
        yield return $"{url.Scheme}://{url.Host}:{url.Port}{rest}";
        yield return url.OriginalString;
    }
}
