using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

internal sealed record LiftLegalHold(string Reason);

internal static class LegalHoldEndpoints
{
    public static void MapLegalHolds(this RouteGroupBuilder api)
    {
        var holds = api.MapGroup("/legal-holds");
        holds.MapGet("", async (LegalHolds service, CancellationToken token) => await service.ListAsync(token)).RequireRole(LegalHolds.Readers).WithName("ListLegalHolds");
        holds.MapPost("", async (NewLegalHold body, LegalHolds service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.PlaceAsync(body, actor, token)).ToResult(texts, row => TypedResults.Created($"/api/v1/legal-holds/{row.Id}", row))).RequireRole(LegalHolds.Placers).WithName("PlaceLegalHold");
        holds.MapPost("/{id:guid}/lift", async (Guid id, LiftLegalHold body, LegalHolds service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.LiftAsync(id, body.Reason, actor, token)).ToNoContent(texts)).RequireRole(LegalHolds.Lifters).WithName("LiftLegalHold");
    }
}
