using Orchestrator.Host.Scheduling;

namespace Orchestrator.Host.Reachouts;

internal static class LedgerMonthsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddLedgerMonths()
        {
            services.AddSingleton<LedgerPartitions>();
            services.AddSingleton<OccurrenceIds>();
            services.AddSingleton<IWorkHandler, KeepLedgerMonths>();
            services.AddSingleton<IStartupStep, LedgerMonthsTick>();
            return services;
        }
    }
}
