using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Retrospectives;

internal static class RetrospectiveEndpoints
{
    public static IServiceCollection AddRetrospectives(this IServiceCollection services)
    {
        services.AddSingleton<RetrospectiveDraft>();
        services.AddSingleton<IServiceTask>(provider => provider.GetRequiredService<RetrospectiveDraft>());
        services.AddSingleton<IServiceTask, CloseCampaign>();
        services.AddSingleton<ITaskRule, RetrospectiveRules>();
        services.AddSingleton<Lessons>();
        return services;
    }

    public static void MapRetrospectives(this RouteGroupBuilder api)
    {
        api.MapGet("/lessons", async (string? text, string? tag, string? objective, string? form, Lessons lessons, CancellationToken token) =>
            await lessons.SearchAsync(text, tag, objective, form, token)).RequireRole().WithName("SearchLessons");
        api.MapGet("/campaigns/{id:guid}/lessons", SimilarAsync).RequireRole().WithName("ListSimilarLessons");
        api.MapGet("/campaigns/{id:guid}/retrospective", GetAsync).RequireRole().WithName("GetRetrospective");
    }

    private static async Task<IResult> SimilarAsync(Guid id, CampaignQueries campaigns, Lessons lessons, Texts texts, CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is { } campaign
            ? TypedResults.Ok(await lessons.SimilarAsync(campaign.Objective, campaign.Form, cancellationToken))
            : Refusal.NotFound(id.ToString()).ToProblem(texts);

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, Lessons lessons, Texts texts, CancellationToken cancellationToken)
    {
        if (await lessons.FindAsync(id, cancellationToken) is not { } found)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        http.SetETag(found.Version);
        return TypedResults.Ok(found);
    }
}
