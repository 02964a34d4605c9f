using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

internal sealed record DropRequest(string Reason);

internal static class LedgerMonthEndpoints
{
    extension(RouteGroupBuilder api)
    {
        public void MapLedgerMonths()
        {
            api.MapGet("/legal-holds/{id:guid}/receipts", ReceiptsAsync).RequireRole(LegalHolds.Placers).WithName("ListHeldReceipts");
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

    private static async Task<IResult> ReceiptsAsync(Guid id, long? after, LegalHolds holds, HeldReceipts receipts, ExportRecord record, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (await holds.FindAsync(id, cancellationToken) is not ({ } hold, _))
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        var rows = await receipts.ListAsync(hold, after ?? 0, cancellationToken);
        await record.WriteAsync(LegalHolds.Chain, "held-receipts", new { hold.Reference, after }, rows.Count, actor, cancellationToken);
        return TypedResults.Ok(rows);
    }
}
