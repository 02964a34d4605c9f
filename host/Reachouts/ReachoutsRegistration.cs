using Orchestrator.Channels;

namespace Orchestrator.Host.Reachouts;

internal static class ReachoutsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddReachouts()
        {
            services.AddSingleton(ProviderPolicy.Shipped);
            services.AddSingleton(QuietHours.Shipped);
            services.AddSingleton<SendChecks>();
            services.AddSingleton<ChannelAccounts>();
            services.AddSingleton<LedgerQueries>();
            services.AddSingleton<ReachoutControls>();
            return services;
        }
    }
}
