using Orchestrator.Host.Compliance;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Reachouts;

internal static class LedgerMonthsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddLedgerMonths()
        {
            services.AddSingleton<LedgerPartitions>();
            services.AddSingleton<OccurrenceIds>();
            services.AddSingleton<LedgerRetentionKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<LedgerRetentionKind>());
            services.AddSingleton<MonthObstacles>();
            services.AddSingleton<HeldCopies>();
            services.AddSingleton<DroppedMonths>();
            services.AddSingleton<HeldReceipts>();
            services.AddSingleton(provider => new LedgerMonths(
                provider.GetRequiredService<Database>(), provider.GetRequiredService<MonthObstacles>(), provider.GetRequiredService<LedgerPartitions>(), provider.GetRequiredService<WorkSchedule>(),
                provider.GetRequiredService<AuditChain>(), provider.GetRequiredService<BusinessClock>()));
            services.AddSingleton<DropMonth>();
            services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<DropMonth>());
            services.AddSingleton<IWorkHandler, ReleaseHeld>();
            services.AddSingleton<IWorkHandler, KeepLedgerMonths>();
            services.AddSingleton<IWorkHandler, DropAudiences>();
            services.AddSingleton<IStartupStep, LedgerMonthsTick>();
            return services;
        }
    }
}
