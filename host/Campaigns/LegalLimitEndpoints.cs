using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

internal static class LegalLimitEndpoints
{
    public static void MapLegalLimits(this RouteGroupBuilder api)
    {
        var limits = api.MapGroup("/legal-limits");
        limits.MapGet("", async (LegalLimits service, CancellationToken token) => await service.ListAsync(token)).RequireRole().WithName("ListLegalLimits");
        limits.MapPost("", async (NewLegalLimit body, LegalLimits service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.ProposeAsync(body, actor, token)).ToResult(texts, row => TypedResults.Created($"/api/v1/legal-limits/{row.Id}", row))).RequireRole(Role.Compliance, Role.ProcessAdmin).WithName("ProposeLegalLimit");
        limits.MapPost("/{id:guid}/publication", async (Guid id, LegalLimits service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.PublishAsync(id, actor, token)).ToResult(texts)).RequireRole(Role.Compliance, Role.Risk, Role.ProcessAdmin).WithName("PublishLegalLimit");
        limits.MapDelete("/{id:guid}", async (Guid id, LegalLimits service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.WithdrawAsync(id, actor, token)).ToResult(texts, _ => TypedResults.NoContent())).RequireRole(Role.Compliance, Role.ProcessAdmin).WithName("WithdrawLegalLimit");
    }
}
