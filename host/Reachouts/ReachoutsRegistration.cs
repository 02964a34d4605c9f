using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Channels;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

internal static class ReachoutsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddReachouts()
        {
            services.AddSingleton<QuietHourKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<QuietHourKind>());
            services.AddSingleton<ProviderPolicyKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<ProviderPolicyKind>());
            services.AddSingleton<HouseRuleReader>();
            services.AddSingleton<SendChecks>();
            services.AddSingleton<TemplateRenderer>();
            services.AddSingleton<LedgerQueries>();
            services.AddSingleton<ReachoutBoard>();
            services.AddSingleton<MessageQueries>();
            services.AddSingleton<Ledger>();
            services.AddLedgerMonths();
            services.AddSingleton<LedgerExport>();
            services.AddSingleton<ReasonReports>();
            services.AddSingleton<Replanning>();
            services.AddSingleton(provider => new LinkTargets(provider.GetRequiredService<OrchestratorOptions>()));
            services.AddSingleton<TrackedLinks>();
            services.AddSingleton<FrequencyCapKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<FrequencyCapKind>());
            services.AddSingleton<HouseCaps>();
            services.AddSingleton<ClickNetworkKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<ClickNetworkKind>());
            services.AddSingleton<ClickNetworks>();
            services.AddSingleton<StepEvents>();
            services.AddSingleton<Clicks>();
            services.AddSingleton<Experiments>();
            services.AddSingleton<Waves>();
            services.AddSingleton<SendBatches>();
            services.AddSingleton(provider => new ChannelAccounts(
                provider.GetRequiredService<Database>(), provider.GetRequiredService<PersonalData>(), provider.GetRequiredService<AuditChain>(), provider.GetRequiredService<BusinessClock>(), provider.GetRequiredService<OrchestratorOptions>()));
            services.AddSingleton(provider => new ReachoutPlans(
                provider.GetRequiredService<WorkSchedule>(), provider.GetRequiredService<AuditChain>(), provider.GetRequiredService<Incidents>(), provider.GetRequiredService<RecurringTriggers>(), provider.GetRequiredService<OccurrenceIds>(), provider.GetRequiredService<BusinessClock>()));
            services.AddSingleton(provider => new ReachoutControls(
                provider.GetRequiredService<Database>(), provider.GetRequiredService<Ledger>(), provider.GetRequiredService<SendBatches>(), provider.GetRequiredService<ControlWatch>(), provider.GetRequiredService<SendBarrier>(), provider.GetRequiredService<WorkSchedule>(),
                provider.GetRequiredService<AuditChain>(), provider.GetRequiredService<BusinessClock>(), provider.GetRequiredService<OrchestratorOptions>()));
            services.AddSingleton(provider => new UnsubscribeLinks(provider.GetRequiredService<PersonalData>(), provider.GetRequiredService<OrchestratorOptions>()));
            services.AddSingleton(provider => new WhyNot(
                provider.GetRequiredService<Database>(), provider.GetRequiredService<Audiences.CustomerFeed>(), provider.GetRequiredService<SendChecks>(), provider.GetRequiredService<SendJobs>(), provider.GetRequiredService<BusinessClock>()));
            services.AddSingleton<TestSends>();
            services.AddSingleton<IServiceTask, StartReachouts>();
            services.AddSingleton<IServiceTask, StopReachouts>();
            services.AddSingleton<ICampaignListener, FollowCampaign>();
            services.AddSingleton<IPackageAccounts, ReachoutAccounts>();
            services.AddSingleton<IFactSource, ReachoutFacts>();
            return services.AddSending().AddReceipts();
        }

        private IServiceCollection AddSending()
        {
            services.AddSingleton<SandboxOutbox>();
            services.TryAddSingleton<ISandboxOutbox>(provider => provider.GetRequiredService<SandboxOutbox>());
            services.AddSingleton<ChannelPool>();
            services.AddSingleton<SendJobs>();
            services.AddSingleton<MessageComposer>();
            services.AddSingleton<MessagePrices>();
            services.AddSingleton<AddressRefusals>();
            services.AddSingleton<Deliveries>();
            services.AddSingleton<AccountRates>();
            services.AddSingleton<MessageBudgets>();
            services.AddSingleton<SendAllowance>();
            services.AddSingleton<SendPressure>();
            services.AddSingleton<CandidateFeed>();
            services.AddSingleton<MicroBatches>();
            services.AddSingleton<ControlWatch>();
            services.AddSingleton<SendBarrier>();
            services.AddSingleton<AccountSwitch>();
            services.AddSingleton<IManualWork, ManualWorks>();
            services.AddSingleton<ManualTasks>();
            services.AddSingleton<IWorkHandler, SettleManual>();
            services.AddHostedService(provider => provider.GetRequiredService<ControlWatch>());
            services.AddSingleton<IWorkHandler, PlanOccurrence>();
            services.AddSingleton<IWorkHandler, RecurReachout>();
            services.AddSingleton<IWorkHandler, EvaluateOccurrence>();
            services.AddSingleton<IWorkHandler, AdvanceStep>();
            services.AddSingleton<IWorkHandler, DecideExperiment>();
            services.AddSingleton<IWorkHandler, SendBatchHandler>();
            services.AddSingleton<IWorkHandler, ExpireOccurrence>();
            return services;
        }

        private IServiceCollection AddReceipts()
        {
            services.AddSingleton<ReminderLimitKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<ReminderLimitKind>());
            services.AddSingleton<ReminderLimits>();
            services.AddSingleton<StaffTasks>();
            services.AddSingleton<StaffReminders>();
            services.AddSingleton<ReplyRuleKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<ReplyRuleKind>());
            services.AddSingleton<Replies>();
            services.AddSingleton<Confirmations>();
            services.AddSingleton<ConfirmationCosts>();
            services.AddSingleton<IWorkHandler, ConfirmOptOut>();
            services.AddSingleton<SharedOptOuts>();
            services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<SharedOptOuts>());
            services.AddSingleton<OptOutAttempts>();
            services.AddSingleton<ReceiptApplier>();
            services.AddSingleton<ReceiptTargets>();
            services.AddSingleton<ReceiptInbox>();
            services.AddHostedService(provider => provider.GetRequiredService<ReceiptInbox>());
            services.AddSingleton<IWorkHandler, SettleUnknown>();
            services.AddSingleton<PollResults>();
            services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<PollResults>());
            services.AddSingleton<IStartupStep, PollResultsTick>();
            services.AddSingleton<IWorkHandler, RecallMessages>();
            services.AddSingleton<IWorkHandler, SettleRecalled>();
            return services;
        }
    }
}
