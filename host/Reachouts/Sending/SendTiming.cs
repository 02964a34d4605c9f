using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Reachouts;

/// <summary>When an occurrence begins and ends, and when each customer's own time is.</summary>
internal static class SendTiming
{
    /// <summary>The first zone to reach a time of day, and the last.</summary>
    private static readonly TimeSpan First = TimeSpan.FromHours(14), Last = TimeSpan.FromHours(-12);

    /// <param name="nominal">The phase's time in the brief's zone.</param>
    public static (DateTimeOffset Due, DateTimeOffset Latest) Span(Brief brief, Phase phase, DateTimeOffset nominal)
    {
        var latest = TimeSpan.FromMinutes(phase.LatestMinutes);
        switch (phase.Timing)
        {
            case SendTimings.RecipientZone:
                return (new DateTimeOffset(nominal.DateTime, First).ToUniversalTime(), new DateTimeOffset(nominal.DateTime, Last).ToUniversalTime() + latest);
            case SendTimings.BestTime:
                return (nominal.ToUniversalTime(), nominal.ToUniversalTime().AddDays(1) + latest);
            default:
                var day = DateOnly.FromDateTime(nominal.DateTime);
                DateTimeOffset[] times = [nominal, .. (phase.Experiment?.Variants ?? []).Where(variant => variant.Time is not null).Select(variant => brief.InstantOf(day, variant.Time!.Value))];
                return (times.Min().ToUniversalTime(), times.Max().ToUniversalTime() + latest);
        }
    }

    /// <summary>When a wave that opens now begins and ends: where customers have times of their own, on the next day on which nobody has missed theirs.</summary>
    /// <returns>No beginning where all go at once.</returns>
    public static (DateTimeOffset? Due, DateTimeOffset Latest) WaveSpan(Phase phase, Occurrence occurrence, DateTimeOffset now)
    {
        var latest = TimeSpan.FromMinutes(phase.LatestMinutes);
        switch (phase.Timing)
        {
            case SendTimings.RecipientZone:
                var due = occurrence.Due.AddDays(Math.Max(0, Math.Ceiling((now - occurrence.Due).TotalDays)));
                return (due, due + (First - Last) + latest);
            case SendTimings.BestTime:
                return (now, now.AddDays(1) + latest);
            default:
                return (null, now + latest);
        }
    }

    /// <summary>The moment before which this customer's first message doesn't go out; null: as soon as the occurrence begins.</summary>
    /// <param name="variant">The customer's variant, or null.</param>
    /// <param name="zone">The customer's zone.</param>
    /// <param name="bestHour">Hour of the customer's day with most clicks; null: not known.</param>
    public static DateTimeOffset? NotBefore(ReachoutSpec spec, Occurrence occurrence, Variant? variant, TimeZoneInfo zone, int? bestHour)
    {
        var phase = spec.Phase;
        if (phase.Timing == SendTimings.RecipientZone)
            return In(zone, (occurrence.WaveDue ?? occurrence.Due).ToOffset(First).DateTime);
        if (phase.Timing == SendTimings.BestTime)
            return bestHour is { } hour ? NextHour(zone, occurrence.WaveDue ?? occurrence.Due, hour) : null;
        if (phase.Experiment is null || variant is null)
            return null;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(occurrence.Due, TimeZoneInfo.FindSystemTimeZoneById(spec.Brief.TimeZone)).DateTime);
        return spec.Brief.InstantOf(day, variant.Time ?? phase.Time);
    }

    private static DateTimeOffset NextHour(TimeZoneInfo zone, DateTimeOffset from, int hour)
    {
        var local = TimeZoneInfo.ConvertTime(from, zone).DateTime;
        if (local.Hour == hour)
            return from;
        var day = local.Hour < hour ? local.Date : local.Date.AddDays(1);
        return In(zone, day.AddHours(hour));
    }

    private static DateTimeOffset In(TimeZoneInfo zone, DateTime local)
    {
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
