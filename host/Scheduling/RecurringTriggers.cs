using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Quartz;

namespace Orchestrator.Host.Scheduling;

/// <summary>A recurring trigger to set. <paramref name="Cron"/> is a Quartz cron expression meant in <paramref name="TimeZone"/> (IANA).</summary>
public sealed record NewTrigger(string Key, string Kind, string Cron, string TimeZone, object? Payload = null, Guid? CampaignId = null, MisfirePolicy Misfire = MisfirePolicy.Once)
{
    /// <summary>Whose moments are the fire times instead.</summary>
    public RuleSpan? Rule { get; init; }
}

/// <summary>
/// Recurring work. The row is the truth; Quartz's trigger is derived from it after the commit. A firing is one transaction: it moves
/// <c>last_fired_at</c> and enqueues work under a key that names the fire time, so that a firing seen by two nodes is one.
/// </summary>
public sealed class RecurringTriggers(Database database, WorkSchedule schedule, BusinessClock clock)
{
    /// <summary>Raised after a commit changed triggers: Quartz is brought in line.</summary>
    internal event Action? Changed;

    /// <summary>Creates or changes a trigger; its next firing is the first after now.</summary>
    /// <exception cref="FormatException">The cron expression is not valid.</exception>
    public async Task SetAsync(WriteTransaction tx, NewTrigger trigger, CancellationToken cancellationToken)
    {
        _ = new CronExpression(trigger.Cron);
        var rule = trigger.Rule is null ? null : JsonSerializer.Serialize(trigger.Rule, JsonDefaults.Options);
        var payload = JsonSerializer.Serialize(trigger.Payload ?? new object(), JsonDefaults.Options);
        if (await tx.Db.RecurringTriggers.FindAsync([trigger.Key], cancellationToken) is not { } row)
        {
            tx.Db.Add(new RecurringTrigger { Key = trigger.Key, Kind = trigger.Kind, Cron = trigger.Cron, Rule = rule, TimeZone = trigger.TimeZone, CampaignId = trigger.CampaignId, Payload = payload, Misfire = trigger.Misfire, LastFiredAt = clock.GetUtcNow() });
        }
        else
        {
            if (row.Cron != trigger.Cron || row.Rule != rule || row.TimeZone != trigger.TimeZone)
                row.LastFiredAt = clock.GetUtcNow();
            (row.Cron, row.Rule, row.TimeZone, row.Payload, row.Misfire) = (trigger.Cron, rule, trigger.TimeZone, payload, trigger.Misfire);
        }
        tx.AfterCommit(() => Changed?.Invoke());
    }

    public async Task RemoveAsync(WriteTransaction tx, string key, CancellationToken cancellationToken)
    {
        await tx.Db.RecurringTriggers.Where(row => row.Key == key).ExecuteDeleteAsync(cancellationToken);
        tx.AfterCommit(() => Changed?.Invoke());
    }

    public Task<List<RecurringTrigger>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.RecurringTriggers.OrderBy(row => row.Key).ToListAsync(token), cancellationToken);

    /// <summary>Fires <paramref name="key"/> if a fire time has passed since it last fired; several missed ones are one.</summary>
    public Task FireIfDueAsync(string key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                if (await tx.Locked<RecurringTrigger>("SELECT * FROM recurring_triggers WHERE key = {0}", key).SingleOrDefaultAsync(token) is not { } row)
                    return;
                var now = clock.GetUtcNow();
                if (LatestDue(row, now) is not { } due)
                    return;
                row.LastFiredAt = due;
                if (row.Misfire == MisfirePolicy.Skip && now - due > TimeSpan.FromMinutes(1))
                    return;
                await schedule.EnqueueAsync(tx, new NewWork(row.Kind, $"{row.Key}@{due:yyyyMMddTHHmmss}Z", now, JsonDocument.Parse(row.Payload).RootElement, row.CampaignId), token);
            },
            cancellationToken);

    /// <summary>Fires whatever was missed while nothing ran or the clock was moved.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await ListAsync(cancellationToken))
        {
            if (LatestDue(row, clock.GetUtcNow()) is not null)
                await FireIfDueAsync(row.Key, cancellationToken);
        }
    }

    internal static CronExpression Expression(RecurringTrigger row) =>
        new(row.Cron, TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone));

    /// <summary>The newest fire time after the last firing that is not in the future.</summary>
    private static DateTimeOffset? LatestDue(RecurringTrigger row, DateTimeOffset now)
    {
        const int Bound = 10_000;
        if (row.Rule is not null)
        {
            var times = JsonSerializer.Deserialize<RuleSpan>(row.Rule, JsonDefaults.Options)!.FireTimes(TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone));
            return times.Where(at => at > row.LastFiredAt && at <= now).Select(at => (DateTimeOffset?)at.ToUniversalTime()).Max();
        }
        var expression = Expression(row);
        DateTimeOffset? latest = null;
        var next = expression.GetNextValidTimeAfter(row.LastFiredAt);
        for (var i = 0; i < Bound && next <= now; i++)
        {
            latest = next;
            next = expression.GetNextValidTimeAfter(next.Value);
        }
        return latest;
    }
}
