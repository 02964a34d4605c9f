using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Host.Reachouts;

/// <summary>
/// How many micro-batches of an occurrence this node has leased at once. When messages come back because no place among their account's calls came
/// free in time, it leases fewer; when none come back, slowly more again. Thread-safe.
/// </summary>
internal sealed class SendPressure
{
    private readonly ConcurrentDictionary<long, Gate> gates = new();

    /// <summary>Waits for a place, which must be left whatever happens.</summary>
    public async Task<SendPlace> EnterAsync(long occurrenceId, CancellationToken cancellationToken)
    {
        var gate = gates.GetOrAdd(occurrenceId, _ => new Gate());
        await gate.EnterAsync(cancellationToken);
        return new SendPlace(isCrowded =>
        {
            if (gate.Leave(isCrowded))
                gates.TryRemove(KeyValuePair.Create(occurrenceId, gate));
        });
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to be freed.")]
    private sealed class Gate
    {
        private const int Most = 32;
        private const int CleanForOneMore = 4;
        private readonly SemaphoreSlim places = new(Most);
        private readonly Lock changing = new();
        private int limit = Most;
        private int clean;

        public Task EnterAsync(CancellationToken cancellationToken) => places.WaitAsync(cancellationToken);

        /// <returns>Nothing is to be remembered: all places are free.</returns>
        public bool Leave(bool isCrowded)
        {
            lock (changing)
            {
                if (isCrowded && limit > 1)
                {
                    // The place goes with it.
                    (limit, clean) = (limit - 1, 0);
                    return false;
                }
                places.Release();
                if (!isCrowded && limit < Most && ++clean % CleanForOneMore == 0)
                {
                    limit++;
                    places.Release();
                }
                return places.CurrentCount == Most;
            }
        }
    }
}

/// <summary>One micro-batch's place.</summary>
internal sealed class SendPlace(Action<bool> leave)
{
    /// <param name="isCrowded">Some of its messages came back because their turn never came.</param>
    public void Leave(bool isCrowded) => leave(isCrowded);
}
