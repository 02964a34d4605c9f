using Orchestrator.Host.WebConsole.Assets;
using Orchestrator.Host.WebConsole.Layout;

namespace Orchestrator.Host.WebConsole;

internal static class ConsoleRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddConsole()
        {
            services.AddRazorComponents();
            services.AddHttpContextAccessor();
            services.AddSingleton<ClientAssets>();
            services.AddSingleton<CompanyZone>();
            services.AddSingleton<Show>();
            services.AddSingleton<DemoUsers>();
            services.AddSingleton<NavCounts>();
            services.AddSingleton<People>();
            services.AddSingleton<Views.MessagePreviews>();
            services.AddSingleton<Live.LivePulse>();
            services.AddHostedService(provider => provider.GetRequiredService<Live.LivePulse>());
            services.AddSingleton<Views.BriefUploads>();
            services.AddSingleton<Views.TaskUploads>();
            services.AddSingleton<Views.FeelNames>();
            services.AddSingleton<Views.CampaignViews>();
            services.AddSingleton<Views.GoalChart>();
            services.AddSingleton<Views.LibraryTexts>();
            services.AddSingleton<Views.HoldScopes>();
            services.AddSingleton<Views.RuleWords>();
            services.AddSingleton<Views.OpenQuestions>();
            services.AddSingleton<Compliance.AuditQueries>();
            return services;
        }
    }
}
