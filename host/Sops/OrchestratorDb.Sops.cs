using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Sops.Messages;
using Orchestrator.Host.Sops.Runs;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<DefinitionVersion> Definitions => Set<DefinitionVersion>();

    public DbSet<SopForm> SopForms => Set<SopForm>();

    public DbSet<InstanceRow> Instances => Set<InstanceRow>();

    public DbSet<SubscriptionRow> Subscriptions => Set<SubscriptionRow>();

    public DbSet<ProcessIncident> ProcessIncidents => Set<ProcessIncident>();

    public DbSet<EarlyMessage> EarlyMessages => Set<EarlyMessage>();

    public DbSet<ProcessRun> ProcessRuns => Set<ProcessRun>();
}
