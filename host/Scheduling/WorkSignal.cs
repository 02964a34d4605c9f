using System.Threading.Channels;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Scheduling;

/// <summary>Wakes this node's workers: after a local commit that made work due, and when the business clock was moved. Thread-safe.</summary>
public sealed class WorkSignal
{
    private readonly Channel<bool> raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public WorkSignal(BusinessClock clock) => clock.Moved += Raise;

    public void Raise() => raised.Writer.TryWrite(true);

    /// <summary>Returns when raised or after <paramref name="atMost"/>, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            await raised.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up: look for work that another node enqueued or that became due.
        }
    }
}
