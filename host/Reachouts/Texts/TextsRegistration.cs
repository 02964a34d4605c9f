using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Reachouts;

internal static class TextsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddTexts()
        {
            services.AddSingleton<TextRuleKind>();
            services.AddSingleton<Compliance.IDatedRuleKind>(provider => provider.GetRequiredService<TextRuleKind>());
            services.AddSingleton<TextPartials>();
            services.AddSingleton<Scheduling.IWorkHandler, PartialPublished>();
            services.AddSingleton<TextRuleReader>();
            services.AddSingleton<TextLint>();
            services.AddSingleton<TemplateLibrary>();
            services.AddSingleton<PreviewCustomers>();
            services.AddSingleton<TextPreview>();
            services.AddSingleton<IStartupStep, ShippedTexts>();
            return services;
        }
    }
}
