using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Channels.Http;

/// <summary>Guards callbacks of providers that do not sign: a secret path segment and an optional address allow-list.</summary>
internal sealed class CallbackGate(string? secret, IReadOnlyList<string> allowed)
{
    private readonly IPNetwork[] _networks = [.. allowed.Select(Parse).OfType<IPNetwork>()];

    /// <summary>Null if the request may come in, else why not.</summary>
    public string? Refuse(WebhookRequest request)
    {
        if (!request.PathVerified && string.IsNullOrEmpty(secret)) return "The account has no callback secret, so callbacks are refused.";
        if (!request.PathVerified && !SameText(request.PathSecret ?? "", secret!)) return "The secret in the callback address is wrong.";
        if (_networks.Length == 0) return null;
        var from = request.RemoteAddress;
        if (from is { IsIPv4MappedToIPv6: true }) from = from.MapToIPv4();
        return from is not null && _networks.Any(n => n.Contains(from)) ? null : "The sender's address is not on the account's allow-list.";
    }

    public static bool Readable(string entry) => Parse(entry) is not null;

    public static void Check(SettingChecks checks, string? secret, IReadOnlyList<string> allowed)
    {
        checks.When(secret is { Length: > 0 and < 16 }, "callbackSecret", "Use at least 16 characters.");
        foreach (var entry in allowed) checks.When(!Readable(entry), "allowedAddresses", $"'{entry}' is no address or range such as 203.0.113.0/24.");
    }

    public static bool SameText(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(a)), SHA256.HashData(Encoding.UTF8.GetBytes(b)));

    private static IPNetwork? Parse(string entry) =>
        IPNetwork.TryParse(entry, out var network) ? network
        : IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
}
