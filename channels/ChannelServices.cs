using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Orchestrator.Channels;

/// <summary>What channels need from their host.</summary>
public sealed record ChannelServices
{
    /// <summary>The real clock: tokens, signatures, timeouts.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Which addresses accounts may point to.</summary>
    public EndpointPolicy Endpoints { get; init; } = new();

    /// <summary>Logs carry provider, code and message id, never address, text or secret.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Takes the work of manual channels; null if the host has none.</summary>
    public IManualWork? ManualWork { get; init; }

    /// <summary>Certificates trusted as roots besides the system's: a company's own authority, or a simulator's.</summary>
    public X509Certificate2Collection ExtraRoots { get; init; } = [];

    /// <summary>Whether calls go through the proxy of the environment.</summary>
    public bool UseProxy { get; init; }

    /// <summary>Null means the system's defaults.</summary>
    internal X509ChainPolicy? ChainPolicy()
    {
        if (ExtraRoots.Count == 0) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        if (TryOpen(system)) policy.CustomTrustStore.AddRange(system.Certificates);
        policy.CustomTrustStore.AddRange(ExtraRoots);
        return policy;
    }

    private static bool TryOpen(X509Store store)
    {
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return true;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;   // a machine without a root store: only the extra roots count
        }
    }
}
