namespace Orchestrator.Host.Demo;

internal static class DemoRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDemo()
        {
            services.AddSingleton<DemoAccounts>();
            services.AddSingleton<DemoWorkspace>();
            services.AddSingleton<DemoCustomerBook>();
            services.AddSingleton<IStartupStep>(provider => provider.GetRequiredService<DemoWorkspace>());
            services.AddHostedService<DemoSeeding>();
            return services;
        }
    }
}
