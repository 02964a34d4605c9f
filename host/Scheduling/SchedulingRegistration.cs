using Orchestrator.Host.Time;
using Quartz;

namespace Orchestrator.Host.Scheduling;

internal static class SchedulingRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddScheduling()
        {
            services.AddSingleton<WorkSignal>();
            services.AddSingleton<WorkSchedule>();
            services.AddSingleton<WorkLeases>();
            services.AddSingleton<Incidents>();
            services.AddSingleton<RecurringTriggers>();
            services.AddSingleton(provider => new NodeLease(
                provider.GetRequiredService<Storage.Database>(), provider.GetRequiredService<OrchestratorOptions>(), TimeProvider.System));
            services.AddSingleton<IStartupStep, AcquireNodeLease>();
            services.AddSingleton<IWorkHandler, Retention>();
            services.AddSingleton<IStartupStep, RetentionTick>();
            services.AddHostedService<NodeLeaseService>();
            services.AddHostedService<WorkDispatcher>();
            services.AddQuartz(quartz => quartz.ConfigureScheduler(options => options.InstanceName = "orchestrator"));
            services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
            services.AddHostedService<QuartzTriggers>();
            return services;
        }
    }
}
