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

    /// <summary>Where the sandbox provider and manual channels keep what would have been sent; null if the host has none.</summary>
    public ISandboxOutbox? Sandbox { get; init; }
}
