using Orchestrator.Host.Time;
using Quartz;

namespace Orchestrator.Host.Scheduling;

/// <summary>Keeps Quartz's triggers in line with the rows: rebuilt at start, changed after commits, caught up when the business clock is moved.</summary>
internal sealed class QuartzTriggers(ISchedulerFactory schedulers, RecurringTriggers triggers, BusinessClock clock, ILogger<QuartzTriggers> log) : BackgroundService
{
    private readonly WorkSignal changed = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        triggers.Changed += changed.Raise;
        var scheduler = await schedulers.GetScheduler(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await triggers.CatchUpAsync(stoppingToken);
                await DeriveAsync(scheduler, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "The recurring triggers could not be brought in line; trying again.");
            }
            catch (Exception)
            {
                // Shutting down: whatever the store says of a change that was cut off.
                return;
            }
            // Other nodes change rows too, hence the look each minute.
            await changed.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DeriveAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var wanted = (await triggers.ListAsync(cancellationToken)).ToDictionary(row => new JobKey(row.Key, "recurring"));
        foreach (var stale in (await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals("recurring"), cancellationToken)).Where(key => !wanted.ContainsKey(key)))
            await scheduler.DeleteJob(stale, cancellationToken);
        foreach (var (key, row) in wanted)
        {
            if (await IsInLineAsync(scheduler, key, row, cancellationToken))
                continue;
            var job = JobBuilder.Create<FireRecurring>().WithIdentity(key).Build();
            var trigger = TriggerBuilder.Create().WithIdentity(row.Key, "recurring").ForJob(key)
                .WithCronSchedule(row.Cron, cron => cron.InTimeZone(TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone)))
                .Build();
            // Replacing, not deleting first: other nodes bring the shared store in line at the same moment.
            await scheduler.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true }, cancellationToken);
        }
    }

    private static async Task<bool> IsInLineAsync(IScheduler scheduler, JobKey key, RecurringTrigger row, CancellationToken cancellationToken) =>
        (await scheduler.GetTriggersOfJob(key, cancellationToken)).OfType<ICronTrigger>().Any(trigger => trigger.CronExpressionString == row.Cron && trigger.TimeZone.Id == row.TimeZone);
}

/// <summary>What Quartz fires: it only looks whether the row is due, so firing twice is harmless.</summary>
internal sealed class FireRecurring(RecurringTriggers triggers) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await triggers.FireIfDueAsync(context.JobDetail.Key.Name, cancellationToken);
}
