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
            return services;
        }
    }

    extension(RouteGroupBuilder api)
    {
        public void MapAudiences() => api.MapGroup("/customers");
    }
}
