using Orchestrator.Host.Time;
using Quartz;

namespace Orchestrator.Host.Scheduling;

internal static class SchedulingRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddScheduling(OrchestratorOptions options)
        {
            services.AddSingleton<WorkSignal>();
            services.AddSingleton<WorkSchedule>();
            services.AddSingleton<WorkShares>();
            services.AddSingleton<WorkTurns>();
            services.AddSingleton<WorkLeases>();
            services.AddSingleton<Incidents>();
            services.AddSingleton<Backlog>();
            services.AddSingleton<RecurringTriggers>();
            services.AddSingleton(provider => new NodeLease(
                provider.GetRequiredService<Storage.Database>(), provider.GetRequiredService<OrchestratorOptions>(), TimeProvider.System));
            services.AddSingleton<IStartupStep, AcquireNodeLease>();
            services.AddSingleton<IWorkHandler, Retention>();
            services.AddSingleton<IStartupStep, RetentionTick>();
            services.AddSingleton<IStartupStep, ForgetCommitMarks>();
            services.AddHostedService<NodeLeaseService>();
            services.AddHostedService<WorkDispatcher>();
            services.AddQuartz(quartz => Configure(quartz, options));
            services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
            services.AddHostedService<QuartzTriggers>();
            return services;
        }
    }

    /// <summary>On PostgreSQL all nodes share Quartz's tables, which it makes itself when they are missing; a single process keeps its triggers in memory.</summary>
    private static void Configure(IQuartzBuilder quartz, OrchestratorOptions options)
    {
        quartz.ConfigureScheduler(scheduler => (scheduler.InstanceName, scheduler.InstanceId) = ("orchestrator", NodeLease.NameOf(options)));
        if (string.IsNullOrWhiteSpace(options.PostgreSql))
            return;
        quartz.UsePersistentStore(store =>
        {
            store.ConfigureStore(settings =>
            {
                settings.StoreJobDataAsStrings = true;
                settings.DbRetryInterval = TimeSpan.FromSeconds(2);
            });
            store.ProvisionSchema();
            store.UsePostgres(postgres => postgres.UseRegisteredDataSource = true);
            store.UseClustering(cluster => (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)));
        });
    }
}
