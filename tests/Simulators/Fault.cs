namespace Orchestrator.Simulators;

/// <summary>What can go wrong with one send request.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Refused for rate, in the provider's own words; not accepted.</summary>
    Throttled,

    /// <summary>503 before anything was accepted.</summary>
    ServerError,

    /// <summary>Refused for credentials, in the provider's own words; not accepted.</summary>
    ExpiredCredentials,

    /// <summary>Redirects elsewhere; not accepted.</summary>
    Redirect,

    /// <summary>Accepted, then 500.</summary>
    ServerErrorAfterAccept,

    /// <summary>Accepted, then silence.</summary>
    TimeoutAfterAccept,

    /// <summary>Accepted, then the connection ends without a reply.</summary>
    CloseAfterAccept,

    /// <summary>Accepted, then a reply nobody can read.</summary>
    Malformed,

    /// <summary>Accepted, then a reply of many megabytes.</summary>
    HugeBody,
}

/// <summary>How often faults happen; forced ones go first.</summary>
public sealed class FaultPlan
{
    private readonly Queue<Fault> _forced = new();
    private readonly Random _random = new(20261121);
    private readonly Lock _gate = new();

    /// <summary>Share of send requests per fault, 0 to 1.</summary>
    public Dictionary<Fault, double> Rates { get; init; } = [];

    /// <summary>Wait before each reply.</summary>
    public int LatencyMilliseconds { get; set; }

    /// <summary>A message that has arrived is taken even where its sender has died before the answer.</summary>
    public bool TakesUnheard { get; set; }

    /// <summary>How long silence lasts before the connection is cut.</summary>
    public int HangMilliseconds { get; set; } = 60_000;

    /// <summary>Share of status reports that are never sent.</summary>
    public double LostReceipts { get; set; }

    /// <summary>Share of status reports that are sent twice.</summary>
    public double DuplicatedReceipts { get; set; }

    /// <summary>Makes the next send requests fail like this, in order.</summary>
    public void Force(params Fault[] faults)
    {
        lock (_gate)
            foreach (var fault in faults) _forced.Enqueue(fault);
    }

    internal Fault Next()
    {
        lock (_gate)
        {
            if (_forced.TryDequeue(out var forced)) return forced;
            if (Rates.Count == 0) return Fault.None;
            var at = _random.NextDouble();
            foreach (var (fault, rate) in Rates)
            {
                if ((at -= rate) < 0) return fault;
            }

            return Fault.None;
        }
    }

    /// <summary>Whether the next forced fault is this one; then it has happened.</summary>
    internal bool TakeForced(Fault fault)
    {
        lock (_gate) return _forced.TryPeek(out var next) && next == fault && _forced.TryDequeue(out _);
    }

    internal bool Happens(double rate)
    {
        if (rate <= 0) return false;
        lock (_gate) return _random.NextDouble() < rate;
    }
}
