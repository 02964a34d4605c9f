using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

public sealed record OptOutBody(string Source, string? Evidence = null, string? Channel = null, string? Purpose = null);

/// <param name="ExternalId">The customer, or</param>
/// <param name="Address">an address on <paramref name="Channel"/>, whoever has it.</param>
public sealed record SuppressionBody(string Reason, string? ExternalId = null, string? Channel = null, string? Address = null, string? Note = null);

/// <summary>Consents and opt-outs of a customer, and <c>/suppressions</c>.</summary>
internal static class ConsentEndpoints
{
    public static void MapConsents(this RouteGroupBuilder api)
    {
        var customer = api.MapGroup("/customers/{externalId}");
        customer.MapPost("/consents", RecordAsync).RequireRole(CustomerRoles.CustomerCare).WithName("RecordConsent");
        customer.MapPost("/opt-out", OptOutAsync).RequireRole(CustomerRoles.CustomerCare).WithName("OptOut");

        var suppressions = api.MapGroup("/suppressions");
        suppressions.MapGet("", ListAsync).RequireRole(CustomerRoles.Readers).WithName("ListSuppressions");
        suppressions.MapPost("", AddAsync).RequireRole(CustomerRoles.CustomerCare).WithName("AddSuppression");
        suppressions.MapPost("/{id:guid}/lift", async (Guid id, ReasonBody body, Suppressions list, ClaimsPrincipal user, Texts texts, CancellationToken token) =>
            (await list.LiftAsync(id, body.Reason, Actor.From(user), token)).ToResult(texts, row => TypedResults.Ok(SuppressionView.From(row, null)))).RequireRole(Role.Compliance, Role.ConsumerProtection).WithName("LiftSuppression");
    }

    private static async Task<IResult> RecordAsync(string externalId, ConsentBody body, ClaimsPrincipal user, Database database, Consents consents, Texts texts, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        if (body.ToStatement("", problems) is not { } statement)
            return Refusal.Invalid([.. problems]).ToProblem(texts);
        return (await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await FindAsync(tx.Db, externalId, token) is not { } customerNo)
                    return Refusal.NotFound(externalId);
                await consents.RecordAsync(tx, customerNo, statement, Actor.From(user), token);
                return Done.Value;
            },
            cancellationToken)).ToNoContent(texts);
    }

    private static async Task<IResult> OptOutAsync(string externalId, OptOutBody body, ClaimsPrincipal user, Database database, Consents consents, Texts texts, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(body.Source))
            problems.Add(new FieldProblem("source", "field.required"));
        if (body.Channel is not null && CustomerChannels.Find(body.Channel) is null)
            problems.Add(new FieldProblem("channel", "audience.field.channel-unknown", body.Channel));
        if (body.Purpose is not null && Purposes.Find(body.Purpose) is null)
            problems.Add(new FieldProblem("purpose", "audience.field.purpose-unknown", body.Purpose));
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]).ToProblem(texts);
        var optOut = new OptOut(body.Source, body.Evidence, CustomerChannels.Find(body.Channel), Purposes.Find(body.Purpose));
        return (await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await FindAsync(tx.Db, externalId, token) is not { } customerNo)
                    return Refusal.NotFound(externalId);
                await consents.OptOutAsync(tx, customerNo, optOut, Actor.From(user), token);
                return Done.Value;
            },
            cancellationToken)).ToNoContent(texts);
    }

    private static async Task<IResult> AddAsync(SuppressionBody body, ClaimsPrincipal user, Suppressions suppressions, Texts texts, CancellationToken cancellationToken) =>
        (await suppressions.AddAsync(body, Actor.From(user), cancellationToken)).ToResult(texts, row => TypedResults.Created($"/api/v1/suppressions/{row.Id}", SuppressionView.From(row, body.ExternalId)));

    private static async Task<IResult> ListAsync(Guid? after, int? limit, string? externalId, bool? active, SuppressionList list, Texts texts, CancellationToken cancellationToken)
    {
        var size = limit ?? 50;
        return size is < 1 or > 200
            ? Refusal.Invalid(new FieldProblem("limit", "audience.field.limit", 200)).ToProblem(texts)
            : TypedResults.Ok(await list.ReadAsync(new SuppressionQuery(after, size, externalId, OnlyActive: active ?? false), cancellationToken));
    }

    private static Task<long?> FindAsync(OrchestratorDb db, string externalId, CancellationToken cancellationToken) =>
        db.Customers.Where(row => row.ExternalId == externalId).Select(row => (long?)row.CustomerNo).SingleOrDefaultAsync(cancellationToken);
}
