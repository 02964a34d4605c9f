using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Reachouts;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<Reachout> Reachouts => Set<Reachout>();

    public DbSet<OptOutConfirmation> OptOutConfirmations => Set<OptOutConfirmation>();

    public DbSet<StaffReminder> StaffReminders => Set<StaffReminder>();

    public DbSet<Occurrence> Occurrences => Set<Occurrence>();

    public DbSet<SendBatch> SendBatches => Set<SendBatch>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<MessageCount> MessageCounts => Set<MessageCount>();

    public DbSet<MessageIssue> MessageIssues => Set<MessageIssue>();

    public DbSet<ProviderRef> ProviderRefs => Set<ProviderRef>();

    public DbSet<MessageBudget> MessageBudgets => Set<MessageBudget>();

    public DbSet<BudgetShare> BudgetShares => Set<BudgetShare>();

    public DbSet<BudgetRoute> BudgetRoutes => Set<BudgetRoute>();

    public DbSet<TrackedLinkRow> TrackedLinks => Set<TrackedLinkRow>();

    public DbSet<ExperimentDecision> ExperimentDecisions => Set<ExperimentDecision>();

    public DbSet<SendControl> SendControls => Set<SendControl>();

    public DbSet<InboxEntry> ReceiptInbox => Set<InboxEntry>();

    public DbSet<ChannelAccount> ChannelAccounts => Set<ChannelAccount>();

    public DbSet<ManualMessage> ManualMessages => Set<ManualMessage>();

    public DbSet<ManualBrief> ManualBriefs => Set<ManualBrief>();

    public DbSet<SandboxMessage> SandboxMessages => Set<SandboxMessage>();
}
