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
            services.AddSingleton<Segments>();
            services.AddSingleton<CustomerWriter>();
            services.AddSingleton<Customers>();
            services.AddSingleton<CustomerErasure>();
            services.AddSingleton<AttributeDeclarations>();
            services.AddSingleton<IStartupStep, AttributeCatalogueStep>();
            return services;
        }
    }

    extension(RouteGroupBuilder api)
    {
        public void MapAudiences()
        {
            api.MapCustomers();
            api.MapConsents();
        }
    }
}
