using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Channels.Sms.Tencent;

/// <summary>Tencent Cloud's TC3-HMAC-SHA256 request signature over content type, host and action.</summary>
internal sealed record Tc3Signature(string SecretId, string SecretKey)
{
    public const string ContentType = "application/json; charset=utf-8";

    public string Authorization(string service, string host, string action, string body, DateTimeOffset now)
    {
        var date = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var scope = $"{date}/{service}/tc3_request";
        var hash = Hash(CanonicalRequest(host, action, body));
        var text = string.Create(CultureInfo.InvariantCulture, $"TC3-HMAC-SHA256\n{now.ToUnixTimeSeconds()}\n{scope}\n{hash}");
        var key = Mac(Mac(Mac(Encoding.UTF8.GetBytes($"TC3{SecretKey}"), date), service), "tc3_request");
        return $"TC3-HMAC-SHA256 Credential={SecretId}/{scope}, SignedHeaders=content-type;host;x-tc-action, Signature={Convert.ToHexStringLower(Mac(key, text))}";
    }

    internal static string CanonicalRequest(string host, string action, string body) =>
        $"POST\n/\n\ncontent-type:{ContentType}\nhost:{host}\nx-tc-action:{action.ToLowerInvariant()}\n\ncontent-type;host;x-tc-action\n{Hash(body)}";

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    public override string ToString() => $"Tc3Signature {SecretId}";
}
