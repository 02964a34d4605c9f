namespace Orchestrator.Channels.Http;

/// <summary>
/// The time in which a send may start, by two clocks of which the later decides: the monotonic one (not moved by clock changes) and the wall
/// clock (runs on while the machine is suspended). A process that was frozen finds it over when it wakes, before its timers have told anybody.
/// </summary>
internal readonly struct SendWindow(TimeProvider clock, TimeSpan length)
{
    private readonly long _ticks = clock.GetTimestamp();
    private readonly DateTimeOffset _at = clock.GetUtcNow();

    public bool IsOver
    {
        get
        {
            var (monotonic, wall) = (clock.GetElapsedTime(_ticks), clock.GetUtcNow() - _at);
            return (monotonic > wall ? monotonic : wall) > length;
        }
    }
}
