using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

internal static class DatedRuleEndpoints
{
    public static void MapDatedRules(this RouteGroupBuilder api)
    {
        // Each kind names the roles that may; the service asks.
        var rules = api.MapGroup("/dated-rules/{kind}");
        rules.MapGet("", async (string kind, DatedRules service, Texts texts, CancellationToken token) => (await service.ListAsync(kind, token)).ToResult(texts)).RequireRole().WithName("ListDatedRules");
        rules.MapPost("", async (string kind, NewDatedRule body, DatedRules service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.ProposeAsync(kind, body, actor, token)).ToResult(texts, row => TypedResults.Created($"/api/v1/dated-rules/{kind}/{row.Id}", row))).RequireRole().WithName("ProposeDatedRule");
        rules.MapPost("/{id:guid}/publication", async (string kind, Guid id, DatedRules service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.PublishAsync(kind, id, actor, token)).ToResult(texts)).RequireRole().WithName("PublishDatedRule");
        rules.MapDelete("/{id:guid}", async (string kind, Guid id, DatedRules service, Actor actor, Texts texts, CancellationToken token) =>
            (await service.WithdrawAsync(kind, id, actor, token)).ToResult(texts, _ => TypedResults.NoContent())).RequireRole().WithName("WithdrawDatedRule");
    }
}
