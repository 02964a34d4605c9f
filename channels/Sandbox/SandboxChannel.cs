namespace Orchestrator.Channels;

/// <summary>Stands in for a provider's channel while its account is in sandbox: keeps messages, sends nothing.</summary>
/// <param name="provider">The provider that would have sent.</param>
/// <param name="outbox">Where messages are kept.</param>
public sealed class SandboxChannel(ChannelProvider provider, ISandboxOutbox outbox) : IChannel
{
    /// <inheritdoc />
    public string Provider => provider.Name;

    /// <inheritdoc />
    public ChannelKind Kind => provider.Kind;

    /// <inheritdoc />
    public int MaxBatch => 128;

    /// <inheritdoc />
    public TimeSpan CallTimeout => TimeSpan.FromSeconds(30);

    /// <summary>The outbox keeps each message once, so repeating is always safe.</summary>
    public ChannelGuarantees Guarantees { get; } = new(IdempotencyWindow: TimeSpan.FromDays(3650));

    /// <inheritdoc />
    public async Task<IReadOnlyList<Delivery>> SendAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken)
    {
        try
        {
            await outbox.KeepAsync(provider.Name, provider.Kind, batch, cancellationToken);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Keeping is idempotent, so whatever was kept may be kept again.
            return [.. batch.Select(_ => new Delivery.RetrySafe($"The sandbox outbox failed ({fault.GetType().Name})."))];
        }

        return [.. batch.Select(message => new Delivery.Accepted($"sandbox:{message.Echo}"))];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
