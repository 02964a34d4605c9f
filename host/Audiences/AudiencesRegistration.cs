using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Sops;

namespace Orchestrator.Host.Audiences;

internal static class AudiencesRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddAudiences()
        {
            services.AddSingleton<CustomerAddresses>();
            services.AddSingleton<AttributeCatalogue>();
            services.AddSingleton<CustomerFeed>();
            services.AddSingleton<Consents>();
            services.AddSingleton<Suppressions>();
            services.AddSingleton<SuppressionList>();
            services.AddSingleton<Segments>();
            services.AddSingleton<CustomerWriter>();
            services.AddSingleton<Customers>();
            services.AddSingleton<CustomerErasure>();
            services.AddSingleton<AttributeDeclarations>();
            services.AddSingleton<IStartupStep, AttributeCatalogueStep>();
            services.AddSingleton<ImportReceiver>();
            services.AddSingleton<ImportApplier>();
            services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<ImportApplier>());
            services.AddSingleton<CustomerImports>();
            services.AddSingleton<IStartupStep, CutImportsStep>();
            services.AddSingleton<SegmentScan>();
            services.AddSingleton<SegmentLibrary>();
            services.AddSingleton<IStartupStep, SegmentLibraryStep>();
            services.AddSingleton<GlobalHoldoutKind>();
            services.AddSingleton<IDatedRuleKind>(provider => provider.GetRequiredService<GlobalHoldoutKind>());
            services.AddSingleton<GlobalHoldouts>();
            services.AddSingleton<ReachForecast>();
            services.AddSingleton<IFactSource, AudienceFacts>();
            services.AddSingleton<IServiceTask, FreezeAudienceTask>();
            services.AddSingleton<IServiceTask, CheckDriftTask>();
            services.AddSingleton<IWorkHandler, FreezeWork>();
            return services;
        }
    }

    extension(RouteGroupBuilder api)
    {
        public void MapAudiences()
        {
            api.MapCustomers();
            api.MapConsents();
            api.MapImports();
            api.MapSegments();
        }
    }
}
