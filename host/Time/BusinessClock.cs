namespace Orchestrator.Host.Time;

/// <summary>
/// The clock of due times, quiet hours, caps and everything people see; whole milliseconds. Tests and the demo drive it; leases and
/// timeouts use the system's <see cref="TimeProvider"/> instead. Thread-safe.
/// </summary>
public sealed class BusinessClock : TimeProvider
{
    private readonly TimeProvider source;
    private readonly Lock gate = new();
    private TimeSpan offset;
    private DateTimeOffset? frozenAt;

    public BusinessClock(TimeProvider source) => this.source = source;

    /// <summary>Raised after the clock was moved, so that waiting workers look again at once.</summary>
    public event Action? Moved;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return Truncate(frozenAt ?? source.GetUtcNow() + offset);
    }

    /// <summary>Stops the clock at <paramref name="now"/> until it is moved again.</summary>
    public void FreezeAt(DateTimeOffset now)
    {
        lock (gate)
            frozenAt = now.ToUniversalTime();
        Moved?.Invoke();
    }

    /// <summary>Lets it run with its source again, with no offset.</summary>
    public void Release()
    {
        lock (gate)
            (frozenAt, offset) = (null, TimeSpan.Zero);
        Moved?.Invoke();
    }

    /// <summary>Moves the clock forward.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public void Advance(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero);
        lock (gate)
        {
            if (frozenAt is { } at)
                frozenAt = at + step;
            else
                offset += step;
        }
        Moved?.Invoke();
    }

    /// <summary>Moves the clock forward to <paramref name="instant"/>; does nothing when that has passed.</summary>
    public void AdvanceTo(DateTimeOffset instant)
    {
        var step = instant - GetUtcNow();
        if (step > TimeSpan.Zero)
            Advance(step);
    }

    private static DateTimeOffset Truncate(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
