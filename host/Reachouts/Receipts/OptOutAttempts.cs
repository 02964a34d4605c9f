using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Host.Reachouts;

/// <summary>Keeps one caller from typing number after number into the shared opt-out page: so many tries in ten minutes, on this node. Thread-safe.</summary>
internal sealed class OptOutAttempts(TimeProvider realClock)
{
    public const int Most = 30;
    private const int NetworkBytes = 8;   // an IPv6 subscriber has a /64
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> tries = [];
    private DateTimeOffset began;

    /// <returns>Whether the caller may try once more.</returns>
    public bool Take(IPAddress? caller)
    {
        var key = KeyOf(caller);
        var now = realClock.GetUtcNow();
        lock (gate)
        {
            if (now - began >= Window)
            {
                tries.Clear();
                began = now;
            }
            return (tries[key] = tries.GetValueOrDefault(key) + 1) <= Most;
        }
    }

    private static string KeyOf(IPAddress? caller)
    {
        if (caller is null)
            return "";
        var plain = caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, NetworkBytes)) : plain.ToString();
    }
}
