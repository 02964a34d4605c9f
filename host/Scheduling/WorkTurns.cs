namespace Orchestrator.Host.Scheduling;

/// <summary>Asks long runs of this node to end their turn early, so that other nodes get them. Thread-safe.</summary>
internal sealed class WorkTurns
{
    private int wanted;

    /// <summary>So many runs should end; what was asked before no longer counts.</summary>
    public void Ask(int count) => Interlocked.Exchange(ref wanted, count);

    /// <summary>Whether the run that asks is one of them: then it must end.</summary>
    public bool IsOver()
    {
        for (var seen = Volatile.Read(ref wanted); seen > 0; seen = Volatile.Read(ref wanted))
        {
            if (Interlocked.CompareExchange(ref wanted, seen - 1, seen) == seen)
                return true;
        }
        return false;
    }
}
