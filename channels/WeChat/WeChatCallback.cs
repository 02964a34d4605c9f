using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat;

/// <summary>Callbacks of WeCom and the Official Account: plain ones signed over token, time and nonce, encrypted ones over the cipher text too.</summary>
/// <param name="token">Callback token.</param>
/// <param name="encodingAesKey">43 characters; null where messages come in plain.</param>
/// <param name="receiver">Corp id or app id that encrypted messages must name.</param>
internal sealed class WeChatCallback(string token, string? encodingAesKey, string receiver)
{
    private readonly byte[]? _key = encodingAesKey is null ? null : Convert.FromBase64String(encodingAesKey + "=");

    public static bool IsKey(string? key) => key is { Length: 43 } && Convert.TryFromBase64String(key + "=", new byte[33], out var length) && length == 32;

#pragma warning disable CA5350 // The platform signs with SHA-1; the wire contract is theirs.
    public static string Sign(params string[] parts) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Order(StringComparer.Ordinal)))));
#pragma warning restore CA5350

    /// <summary>Verifies a request, answers the address check, decrypts, and lets <paramref name="read"/> take the event.</summary>
    public WebhookOutcome Receive(WebhookRequest request, Func<XElement, (IReadOnlyList<Receipt>, IReadOnlyList<Reply>)> read, string answer)
    {
        var query = QueryHelpers.ParseQuery(request.Url.Query).ToDictionary(q => q.Key, q => q.Value.ToString());
        var (time, nonce) = (query.GetValueOrDefault("timestamp", ""), query.GetValueOrDefault("nonce", ""));
        var encryptedSignature = query.GetValueOrDefault("msg_signature");
        if (request.Method == "GET") return CheckAddress(query, time, nonce, encryptedSignature);
        if (Parse(request.BodyText) is not { } xml) return new WebhookOutcome.Malformed("The body is not XML.");

        if (xml.Element("Encrypt")?.Value is { } cipher)
        {
            if (encryptedSignature is null || !CallbackGate.SameText(Sign(token, time, nonce, cipher), encryptedSignature)) return Forged();
            if (Decrypt(cipher) is not { } plain) return new WebhookOutcome.Forged("The message is not encrypted with this account's key, or is meant for another.");
            if (Parse(plain) is not { } inner) return new WebhookOutcome.Malformed("The decrypted message is not XML.");
            xml = inner;
        }
        else if (_key is not null || !CallbackGate.SameText(Sign(token, time, nonce), query.GetValueOrDefault("signature", "")))
        {
            // An account with a key takes encrypted messages only: the plain signature does not cover the body.
            return Forged();
        }

        var (receipts, replies) = read(xml);
        return new WebhookOutcome.Verified(receipts, replies, WebhookAnswer.Text(answer));
    }

    public static DateTimeOffset? Time(XElement xml) =>
        long.TryParse(xml.Element("CreateTime")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? UnixTime.Seconds(seconds) : null;

    /// <summary>16 random bytes, big-endian length, message, receiver; null if the key or the receiver is wrong.</summary>
    internal string? Decrypt(string cipher)
    {
        if (_key is null) return null;
        try
        {
            using var aes = Aes.Create();
            aes.Key = _key;
            var plain = aes.DecryptCbc(Convert.FromBase64String(cipher), _key.AsSpan(0, 16), PaddingMode.None);
            if (plain.Length < 21) return null;
            var padding = plain[^1];
            if (padding is < 1 or > 32 || plain.Length < 20 + padding) return null;
            var length = BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(16, 4));
            var end = plain.Length - padding;
            if (length < 0 || 20 + length > end) return null;
            return Encoding.UTF8.GetString(plain, 20 + length, end - 20 - length) == receiver ? Encoding.UTF8.GetString(plain, 20, length) : null;
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private WebhookOutcome CheckAddress(Dictionary<string, string> query, string time, string nonce, string? encryptedSignature)
    {
        var echo = query.GetValueOrDefault("echostr", "");
        if (encryptedSignature is not null)
        {
            if (!CallbackGate.SameText(Sign(token, time, nonce, echo), encryptedSignature) || Decrypt(echo) is not { } plain) return Forged();
            return new WebhookOutcome.Verified([], [], WebhookAnswer.Text(plain));
        }

        return CallbackGate.SameText(Sign(token, time, nonce), query.GetValueOrDefault("signature", ""))
            ? new WebhookOutcome.Verified([], [], WebhookAnswer.Text(echo)) : Forged();
    }

    private static WebhookOutcome.Forged Forged() => new("The signature does not match.");

    private static XElement? Parse(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 1 << 20 });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
