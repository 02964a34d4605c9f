using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

internal sealed record DropRequest(string Reason);

internal static class LedgerMonthEndpoints
{
    extension(RouteGroupBuilder api)
    {
        public void MapLedgerMonths()
        {
            var months = api.MapGroup("/ledger/months");
            months.MapGet("", async (LedgerMonths service, CancellationToken token) => await service.ListAsync(token)).RequireRole(LedgerMonths.Readers).WithName("ListLedgerMonths");
            months.MapGet("/{month}", async (string month, LedgerMonths service, Texts texts, CancellationToken token) => (await service.PlanAsync(month, token)).ToResult(texts)).RequireRole(LedgerMonths.Readers).WithName("PlanLedgerMonthDrop");
            months.MapPost("/{month}/drop", async (string month, DropRequest body, LedgerMonths service, Actor actor, Texts texts, CancellationToken token) =>
                (await service.RequestAsync(month, body.Reason, actor, token)).ToResult(texts)).RequireRole(LedgerMonths.Requesters).WithName("RequestLedgerMonthDrop");
            months.MapPost("/{month}/drop/approval", async (string month, LedgerMonths service, Actor actor, Texts texts, CancellationToken token) =>
                (await service.ApproveAsync(month, actor, token)).ToResult(texts, row => TypedResults.Accepted($"/api/v1/ledger/months/{month}", row))).RequireRole(LedgerMonths.Approvers).WithName("ApproveLedgerMonthDrop");
            months.MapDelete("/{month}/drop", async (string month, LedgerMonths service, Actor actor, Texts texts, CancellationToken token) =>
                (await service.WithdrawAsync(month, actor, token)).ToResult(texts, _ => TypedResults.NoContent())).RequireRole([.. LedgerMonths.Requesters, .. LedgerMonths.Approvers]).WithName("WithdrawLedgerMonthDrop");
        }
    }
}
