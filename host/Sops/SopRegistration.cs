using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Tasks;

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
            services.AddSingleton<Definitions>();
            services.AddSingleton<DefinitionComparison>();
            services.AddSingleton<IStartupStep, ShippedDefinitions>();
            services.AddSingleton<IWorkHandler, TimerHandler>();
            services.AddSingleton<IWorkHandler, ServiceTaskHandler>();
            services.AddSingleton<IWorkHandler, RetryHandler>();
            services.AddSingleton<IWorkHandler, PublishHandler>();
            services.AddSingleton<StepEffects>();
            services.AddSingleton<ProcessHost>();
            services.AddSingleton<SopRehearsals>();
            services.AddSingleton<SopReplays>();
            services.AddSingleton<InstanceMigrations>();
            return services;
        }
    }
}
