namespace Orchestrator.Host.Monitoring;

internal static class MonitoringRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddMonitoring()
        {
            services.AddSingleton<CampaignEvents>();
            return services;
        }
    }
}
