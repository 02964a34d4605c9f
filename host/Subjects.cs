using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Monitoring;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Retrospectives;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Tasks;

namespace Orchestrator.Host;

/// <summary>The table of contents: one line per subject for its services, one for its endpoints.</summary>
internal static class Subjects
{
    public static IServiceCollection AddSubjects(this IServiceCollection services, OrchestratorOptions options)
    {
        return services
            .AddScheduling(options)
            .AddDemo()
            .AddSops()
            .AddTasks()
            .AddCampaigns()
            .AddRetrospectives()
            .AddCompliance()
            .AddAudiences()
            .AddReachouts()
            .AddTexts()
            .AddMonitoring();
    }

    public static void MapSubjects(this RouteGroupBuilder api)
    {
        api.MapScheduling();
        api.MapDemo();
        api.MapSops();
        api.MapSopLifecycle();
        api.MapTasks();
        api.MapCampaigns();
        api.MapRetrospectives();
        api.MapCompliance();
        api.MapAudiences();
        api.MapReachouts();
        api.MapTexts();
        api.MapMonitoring();
    }
}
