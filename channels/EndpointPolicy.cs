using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Channels;

/// <summary>Where accounts may point to. https everywhere; plain http only to loopback (if allowed) and to origins named by the operator.</summary>
public sealed record EndpointPolicy
{
    /// <summary>Allows <c>http://127.0.0.1</c>, <c>http://localhost</c> and <c>http://[::1]</c>, for simulators and local relays.</summary>
    public bool AllowLoopback { get; init; } = true;

    /// <summary>Origins (<c>http://10.0.0.5:8080</c>) that may be called without TLS.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Null if the address may be called, else what is wrong with it.</summary>
    public string? Refuse(Uri address)
    {
        if (!address.IsAbsoluteUri) return "Must be an absolute address.";
        if (address.UserInfo.Length > 0) return "Must not carry a user name or password.";
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IsLinkLocal(ip)) return "Link-local addresses are not allowed.";
        if (AllowedOrigins.Any(o => Uri.TryCreate(o, UriKind.Absolute, out var allowed) && SameOrigin(allowed, address))) return null;
        if (address.IsLoopback && !AllowLoopback) return "Loopback addresses are not allowed here.";
        if (address.Scheme == Uri.UriSchemeHttps) return null;
        return address.Scheme == Uri.UriSchemeHttp && address.IsLoopback ? null
            : "Use https, or have the operator allow this origin in Orchestrator:AllowedPlainHttpOrigins.";
    }

    /// <summary>Cloud metadata services live here; nothing we call does. Checked again after name resolution.</summary>
    internal static bool IsLinkLocal(IPAddress ip)
    {
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        return ip.IsIPv6LinkLocal || (ip.AddressFamily == AddressFamily.InterNetwork && ip.GetAddressBytes() is [169, 254, ..]);
    }

    private static bool SameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.Host, b.Host, StringComparison.OrdinalIgnoreCase);
}
