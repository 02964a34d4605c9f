using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Retrospectives;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Monitoring;

internal static class MonitoringRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddMonitoring()
        {
            services.AddSingleton<CampaignEvents>();
            services.AddSingleton<ICampaignFigures, CampaignFigureReader>();
            services.AddSingleton<Monitoring>();
            services.AddSingleton<Feedback>();
            services.AddSingleton<EventQueries>();
            services.AddSingleton<Guardrails>();
            services.AddSingleton<ICampaignListener, ClearTrips>();
            services.AddSingleton<IWorkHandler, GuardrailCheck>();
            services.AddSingleton<IStartupStep, GuardrailTick>();
            services.AddSingleton(provider => new LiveCounts(provider.GetRequiredService<Database>(), provider.GetRequiredService<BusinessClock>(), provider.GetRequiredService<ILogger<LiveCounts>>()));
            services.AddHostedService(provider => provider.GetRequiredService<LiveCounts>());
            return services;
        }
    }
}
