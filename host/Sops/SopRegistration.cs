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
            services.AddSingleton<StepEffects>();
            services.AddSingleton<ProcessHost>();
            return services;
        }
    }
}
