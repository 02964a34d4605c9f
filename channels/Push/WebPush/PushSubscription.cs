using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Push.WebPush;

/// <summary>A browser's subscription as <c>PushSubscription.toJSON()</c> gives it.</summary>
internal sealed record PushSubscription(Uri Endpoint, byte[] Key, byte[] Auth)
{
    /// <summary>Null if it is none.</summary>
    public static PushSubscription? TryParse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (!Uri.TryCreate(root.Text("endpoint"), UriKind.Absolute, out var endpoint)) return null;
            var key = Decode(root.Text("keys.p256dh"));
            var auth = Decode(root.Text("keys.auth"));
            WebPushEncryption.Coordinates(key);
            return auth.Length == 16 ? new PushSubscription(endpoint, key, auth) : null;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Decode(string? text) => Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes((text ?? "").TrimEnd('=')));
}
