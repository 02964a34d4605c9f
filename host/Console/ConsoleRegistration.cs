using Orchestrator.Host.WebConsole.Assets;
using Orchestrator.Host.WebConsole.Layout;

namespace Orchestrator.Host.WebConsole;

internal static class ConsoleRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddConsole()
        {
            services.AddRazorComponents();
            services.AddHttpContextAccessor();
            services.AddSingleton<ClientAssets>();
            services.AddSingleton(provider => new CompanyZone(provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<OrchestratorOptions>>()));
            services.AddSingleton<Show>();
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DemoUsers>(provider));
            services.AddSingleton<NavCounts>();
            return services;
        }
    }
}
