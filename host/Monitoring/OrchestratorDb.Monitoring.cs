using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Monitoring;

namespace Orchestrator.Host.Storage;

public sealed partial class OrchestratorDb
{
    public DbSet<CampaignEvent> CampaignEvents => Set<CampaignEvent>();

    public DbSet<MetricDay> MetricDays => Set<MetricDay>();

    public DbSet<GuardrailTrip> GuardrailTrips => Set<GuardrailTrip>();
}
