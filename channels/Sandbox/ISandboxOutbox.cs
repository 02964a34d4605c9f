namespace Orchestrator.Channels;

/// <summary>Keeps what would have been sent, for the console.</summary>
public interface ISandboxOutbox
{
    /// <summary>Keeps the messages durably. Must be idempotent by message id and attempt: a message kept twice shows once.</summary>
    Task KeepAsync(string provider, ChannelKind kind, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken);
}
