namespace Orchestrator.Host.Scheduling;

/// <summary>Fire times by a <see cref="RecurrenceRule"/> instead of a cron expression.</summary>
public sealed record RuleSpan(string Rule, TimeOnly Time, DateOnly First, DateOnly Last)
{
    /// <summary>The moments of the rule.</summary>
    /// <exception cref="FormatException">The rule cannot be read; briefs are checked before they are stored.</exception>
    public IEnumerable<DateTimeOffset> Moments(TimeZoneInfo zone) =>
        (RecurrenceRule.Read(Rule).Rule ?? throw new FormatException($"'{Rule}' is no recurrence rule.")).Moments(First, Time, zone, Last);

    /// <summary>The moments, a day after the last of them, and a day after the last day: so that whoever is fired learns that there are no more.</summary>
    public IEnumerable<DateTimeOffset> FireTimes(TimeZoneInfo zone)
    {
        DateTimeOffset? last = null;
        foreach (var at in Moments(zone))
        {
            last = at;
            yield return at;
        }
        if (last is { } end)
            yield return end.AddDays(1);
        yield return RecurrenceRule.InstantOf(Last.AddDays(1), Time, zone);
    }
}
