namespace Orchestrator.Channels.Http;

/// <summary>Sends messages that may share a call together, and puts the verdicts back into the batch's order.</summary>
internal static class Grouped
{
    /// <param name="batch">Messages in order.</param>
    /// <param name="key">Messages of one key may share a call.</param>
    /// <param name="most">Most messages per call.</param>
    /// <param name="concurrency">Calls in flight.</param>
    /// <param name="send">Sends a group; returns how to read each member's verdict.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyList<Delivery>> SendAsync<TKey>(
        IReadOnlyList<OutboundMessage> batch, Func<OutboundMessage, TKey> key, int most, int concurrency,
        Func<IReadOnlyList<OutboundMessage>, CancellationToken, Task<Func<OutboundMessage, Delivery>>> send, CancellationToken cancellationToken)
    {
        var verdicts = new Delivery[batch.Count];
        var groups = batch.Select((message, index) => (message, index)).GroupBy(m => key(m.message)).SelectMany(g => g.Chunk(most)).ToList();
        await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = CancellationToken.None }, async (group, _) =>
        {
            var members = group.Select(m => m.message).ToList();
            var read = cancellationToken.IsCancellationRequested ? _ => new Delivery.RetrySafe("Cancelled before it was sent.") { Untried = true } : await SafelyAsync(send, members, cancellationToken);
            foreach (var (message, index) in group) verdicts[index] = read(message);
        });
        return verdicts;
    }

    private static async Task<Func<OutboundMessage, Delivery>> SafelyAsync(
        Func<IReadOnlyList<OutboundMessage>, CancellationToken, Task<Func<OutboundMessage, Delivery>>> send, IReadOnlyList<OutboundMessage> members, CancellationToken cancellationToken)
    {
        try
        {
            return await send(members, cancellationToken);
        }
        catch (UnusableMessageException unusable)
        {
            return _ => unusable.AsDelivery();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return _ => new Delivery.Ambiguous($"The adapter failed: {fault.GetType().Name}.");
        }
    }
}
