using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Channels.Sms.Aliyun;

/// <summary>Aliyun's ACS3-HMAC-SHA256 request signature for calls with parameters in the query and an empty body.</summary>
internal sealed record Acs3Signature(string AccessKeyId, string AccessKeySecret)
{
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>The headers to send, Authorization among them.</summary>
    public IReadOnlyDictionary<string, string> Headers(string host, string action, string version, IEnumerable<KeyValuePair<string, string>> query, string date, string nonce)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = host,
            ["x-acs-action"] = action,
            ["x-acs-content-sha256"] = EmptyHash,
            ["x-acs-date"] = date,
            ["x-acs-signature-nonce"] = nonce,
            ["x-acs-version"] = version,
        };
        var names = string.Join(';', headers.Keys);
        var canonical = $"POST\n/\n{Query(query)}\n{string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"))}\n{names}\n{EmptyHash}";
        var signature = Sign(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        headers["Authorization"] = $"ACS3-HMAC-SHA256 Credential={AccessKeyId},SignedHeaders={names},Signature={signature}";
        return headers;
    }

    public static string Query(IEnumerable<KeyValuePair<string, string>> query) =>
        string.Join('&', query.OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value)}"));

    private string Sign(string hash) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(AccessKeySecret), Encoding.UTF8.GetBytes($"ACS3-HMAC-SHA256\n{hash}")));

    public override string ToString() => $"Acs3Signature {AccessKeyId}";
}
