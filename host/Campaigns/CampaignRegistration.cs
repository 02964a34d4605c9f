using Orchestrator.Host.Sops;
using Orchestrator.Host.Tasks;

namespace Orchestrator.Host.Campaigns;

internal static class CampaignRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddCampaigns()
        {
            services.AddSingleton<Packages>();
            services.AddSingleton<CampaignListeners>();
            services.AddSingleton(provider => new BriefLint(provider.GetRequiredService<Reachouts.TextRuleReader>()));
            services.AddSingleton<CampaignFactReader>();
            services.AddSingleton<Submission>();
            services.AddSingleton<ITaskRule>(provider => provider.GetRequiredService<Submission>());
            services.AddSingleton<ITaskRule, LaunchGate>();
            services.AddSingleton<ITaskRule, BreachRule>();
            services.AddSingleton<IServiceTask, ComparePackage>();
            services.AddSingleton<CampaignDesk>();
            services.AddSingleton<CampaignQueries>();
            services.AddSingleton<RiskRatings>();
            services.AddSingleton<Files>();
            services.AddSingleton<LegalLimits>();
            services.AddSingleton<IStartupStep, ShippedLimits>();
            return services;
        }
    }
}
