using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Compliance;

internal static class ComplianceEndpoints
{
    private static readonly string[] Readers = [Role.Auditor, Role.Admin, Role.Compliance, Role.Risk, Role.ConsumerProtection];

    public static IServiceCollection AddCompliance(this IServiceCollection services)
    {
        services.AddSingleton<SignedChanges>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<EvidencePack>();
        services.AddSingleton<ExportRecord>();
        services.AddSingleton<DatedRules>();
        services.AddSingleton<IStartupStep, ShippedRules>();
        services.AddSingleton(provider => new LegalHolds(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<AuditChain>(), provider.GetRequiredService<WorkSchedule>(), provider.GetRequiredService<BusinessClock>()));
        return services;
    }

    public static void MapCompliance(this RouteGroupBuilder api)
    {
        api.MapDatedRules();
        api.MapLegalHolds();
        api.MapGet("/audit/events", SearchAsync).RequireRole(Readers).WithName("SearchAuditEvents");
        api.MapGet("/audit/verification", async (AuditQueries queries, CancellationToken token) => await queries.VerifyAllAsync(token)).RequireRole(Readers).WithName("VerifyAuditChains");
        api.MapGet("/campaigns/{id:guid}/audit", async (Guid id, AuditLog log, CancellationToken token) => await log.ChainAsync(AuditChain.ForCampaign(id), token)).RequireRole().WithName("ListCampaignAudit");
        api.MapGet("/campaigns/{id:guid}/audit/verification", async (Guid id, AuditQueries queries, CancellationToken token) => await queries.VerifyAsync(AuditChain.ForCampaign(id), token)).RequireRole().WithName("VerifyCampaignAudit");
        api.MapPost("/campaigns/{id:guid}/evidence", ExportAsync).RequireRole(Readers).WithName("ExportEvidence");
        api.MapGet("/tasks/{id:guid}/changes", ChangesAsync).RequireRole().WithName("GetChangesSinceSigned");
        api.MapGet("/contents/{hash}", ContentAsync).RequireRole().WithName("GetContent");
    }

    private static async Task<IResult> SearchAsync(
        string? chain, string? actor, string? type, string? text, DateTimeOffset? from, DateTimeOffset? to, string? cursor, AuditLog log, Texts texts, CancellationToken cancellationToken) =>
        (await log.SearchAsync(new AuditFilter(chain, actor, type, text, from, to), cursor, cancellationToken)).ToResult(texts);

    private static async Task<IResult> ExportAsync(Guid id, EvidencePack evidence, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        await evidence.ExportAsync(id, actor, cancellationToken) is var (name, zip) ? TypedResults.File(zip, "application/zip", name) : Refusal.NotFound(id.ToString()).ToProblem(texts);

    private static async Task<IResult> ChangesAsync(Guid id, Inbox inbox, TaskForms forms, SignedChanges changes, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (await inbox.FindAsync(id, cancellationToken) is not { } task || await forms.ForTaskAsync(id, cancellationToken) is not { } form)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        return TypedResults.Ok(await changes.ForAsync(task.CampaignId, task.ElementId, form.Covers, actor.UserName, cancellationToken));
    }

    private static async Task<IResult> ContentAsync(string hash, Database database, Texts texts, CancellationToken cancellationToken) =>
        await database.ReadAsync((db, token) => db.Contents.Where(row => row.Hash == hash).Select(row => row.Content).SingleOrDefaultAsync(token), cancellationToken) is { } content
            ? TypedResults.Text(content, "application/json")
            : Refusal.NotFound(hash).ToProblem(texts);
}
