namespace Orchestrator.Channels.Http;

/// <summary>An adapter that makes one HTTP call per message: sends a batch side by side inside the account's bulkhead and one deadline.</summary>
internal abstract class HttpChannel(ChannelProvider provider, AccountHttp http) : IChannel
{
    public string Provider => provider.Name;

    public ChannelKind Kind => provider.Kind;

    public virtual int MaxBatch => 128;

    /// <summary>One timeout in which messages may start, two for the last of them to get a token, a place in the bulkhead and its reply.</summary>
    public TimeSpan CallTimeout => 3 * Http.Timeout + TimeSpan.FromSeconds(1);

    public virtual ChannelGuarantees Guarantees { get; } = new();

    protected AccountHttp Http { get; } = http;

    protected DateTimeOffset Now => Http.Clock.GetUtcNow();

    public async Task<IReadOnlyList<Delivery>> SendAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(3 * Http.Timeout);
        var verdicts = await SendBeforeAsync(batch, deadline.Token);
        return [.. verdicts.Select(Evidence.Clean)];
    }

    public virtual ValueTask DisposeAsync() => Http.DisposeAsync();

    /// <summary>Sends one message with exactly one call.</summary>
    protected virtual Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} sends batches.");

    /// <summary>Sends the batch; the token ends with the deadline. Adapters with a batch call override this.</summary>
    protected virtual async Task<IReadOnlyList<Delivery>> SendBeforeAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 1) return [await SendSafelyAsync(batch[0], cancellationToken)];
        return await SendSinglyAsync(batch, new SendWindow(Http.Clock, Http.Timeout), cancellationToken);
    }

    /// <summary>Sends each message with a call of its own, as long as its time to start is not over.</summary>
    protected async Task<IReadOnlyList<Delivery>> SendSinglyAsync(IReadOnlyList<OutboundMessage> batch, SendWindow window, CancellationToken cancellationToken)
    {
        var verdicts = new Delivery[batch.Count];
        var next = -1;
        async Task WorkAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < batch.Count;)
            {
                verdicts[i] = window.IsOver ? new Delivery.RetrySafe("No time left in this lease; not sent.") { Untried = true }
                    : cancellationToken.IsCancellationRequested ? new Delivery.RetrySafe("Cancelled before it was sent.") { Untried = true }
                    : await SendSafelyAsync(batch[i], cancellationToken);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(Http.Concurrency, batch.Count)).Select(_ => WorkAsync()));
        return verdicts;
    }

    /// <summary>One message's defect must not cost the verdicts of the rest of the batch.</summary>
    private async Task<Delivery> SendSafelyAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await SendOneAsync(message, cancellationToken);
        }
        catch (UnusableMessageException unusable)
        {
            return unusable.AsDelivery();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return new Delivery.Ambiguous($"The adapter failed: {fault.GetType().Name}.");
        }
    }
}

/// <summary>Thrown by adapters while they build a request: the message lacks what this provider needs. Nothing has left.</summary>
internal sealed class UnusableMessageException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    public Delivery AsDelivery() => new Delivery.Configuration(Code, Message) { OnlyThisMessage = true };
}
