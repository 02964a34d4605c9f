using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops.Messages;
using Orchestrator.Host.Sops.Runs;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Sops;

internal static class SopRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddSops()
        {
            services.AddSingleton<DefinitionLibrary>();
            services.AddSingleton(provider => new WorkingCalendars(provider.GetRequiredService<OrchestratorOptions>()));
            services.AddSingleton<SopSurroundings>();
            services.AddSingleton<FindingTexts>();
            services.AddSingleton<Definitions>();
            services.AddSingleton<DefinitionComparison>();
            services.AddSingleton<IStartupStep, ShippedDefinitions>();
            services.AddSingleton<IWorkHandler, TimerHandler>();
            services.AddSingleton<IWorkHandler, ServiceTaskHandler>();
            services.AddSingleton<IWorkHandler, RetryHandler>();
            services.AddSingleton<IWorkHandler, PublishHandler>();
            services.AddSingleton<EarlyMessages>();
            services.AddSingleton<StepEffects>();
            services.AddSingleton<ProcessHost>();
            services.AddSingleton<SopRehearsals>();
            services.AddSingleton<SopReplays>();
            services.AddSingleton<InstanceMigrations>();
            return services.AddRuns();
        }

        private IServiceCollection AddRuns()
        {
            services.AddSingleton(provider => new RunDefinitions(provider.GetRequiredService<DefinitionLibrary>(), provider.GetRequiredService<WorkingCalendars>(), TimeProvider.System));
            services.AddSingleton<RunEffects>();
            services.AddSingleton<RunSteps>();
            services.AddSingleton<RunCommits>();
            services.AddHostedService(provider => provider.GetRequiredService<RunCommits>());
            services.AddSingleton(provider => new ProcessRuns(
                provider.GetRequiredService<Database>(), provider.GetRequiredService<RunDefinitions>(), provider.GetRequiredService<RunCommits>(), provider.GetRequiredService<BusinessClock>()));
            services.AddSingleton<IWorkHandler, RunTimerHandler>();
            services.AddSingleton<IWorkHandler, RunRetryHandler>();
            return services;
        }
    }
}
