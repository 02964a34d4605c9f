using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>The ledger for people: reports, export, re-planning, and one customer's history.</summary>
internal static class LedgerEndpoints
{
    extension(RouteGroupBuilder api)
    {
        public void MapLedger()
        {
            var campaign = api.MapGroup("/campaigns/{id:guid}");
            campaign.MapGet("/reports", async (Guid id, ReasonReports reports, CancellationToken token) => await reports.ReadAsync(id, token)).RequireRole().WithName("ListReasonReports");
            campaign.MapGet("/ledger.csv", ExportAsync).RequireRole(Role.Owner, Role.BusinessHead, Role.Risk, Role.Compliance, Role.Platform, Role.Auditor).WithName("ExportLedger");
            campaign.MapPost("/reachouts/{reachout:guid}/replan", ReplanAsync).RequireRole(Role.Owner, Role.BusinessHead, Role.Platform).WithName("ReplanMessages");
            api.MapGet("/customers/{externalId}/history", async (string externalId, WhyNot why, Texts texts, CancellationToken token) => (await why.HistoryAsync(externalId, token)).ToResult(texts))
                .RequireRole(CustomerRoles.Readers).WithName("GetCustomerHistory");
        }
    }

    private static async Task<IResult> ExportAsync(Guid id, string? phase, string? state, LedgerExport export, ExportRecord record, Database database, Actor actor, HttpContext http, Texts texts, CancellationToken cancellationToken)
    {
        MessageState? wanted = Enum.TryParse<MessageState>(state, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) ? parsed : null;
        if (state is not null && wanted is null)
            return Refusal.Invalid(new FieldProblem("state", "field.choice-of", state, string.Join(", ", Enum.GetNames<MessageState>()))).ToProblem(texts);
        if (await database.ReadAsync((db, token) => db.Campaigns.Where(row => row.Id == id).Select(row => row.Code).SingleOrDefaultAsync(token), cancellationToken) is not { } code)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        var filter = new ExportFilter(phase, wanted);
        await record.WriteAsync(AuditChain.ForCampaign(id), "ledger", filter, await export.CountAsync(id, filter, cancellationToken), actor, cancellationToken);
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{code}-ledger.csv\"";
        http.Response.Headers.CacheControl = "no-store";
        await export.WriteAsync(id, filter, http.Response.BodyWriter, cancellationToken);
        return TypedResults.Empty;
    }

    private static async Task<IResult> ReplanAsync(Guid id, Guid reachout, ReplanRequest body, Replanning replanning, Database database, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        await QuestionEndpoints.RefuseAsync(id, database, actor, texts, cancellationToken) is { } refusal
            ? refusal.ToProblem(texts)
            : (await replanning.ReplanAsync(id, reachout, body, actor, cancellationToken)).ToResult(texts);
}
