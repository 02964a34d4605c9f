namespace Orchestrator.Host.Demo;

internal static class DemoRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDemo()
        {
            services.AddSingleton<DemoWorkspace>();
            services.AddSingleton<IStartupStep>(provider => provider.GetRequiredService<DemoWorkspace>());
            return services;
        }
    }
}
