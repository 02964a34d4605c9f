using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops;

/// <summary>A file to upload. Forms: id to form-js JSON (a string); those left out are taken over from the version before.</summary>
public sealed record DefinitionUpload(string Xml, IReadOnlyDictionary<string, string>? Forms = null);

/// <summary>A new SOP. Without a file it is the skeleton.</summary>
public sealed record NewSop(string Key, string NameZh, string NameEn, string? Xml = null);

internal static class SopEndpoints
{
    public static void MapSops(this RouteGroupBuilder api)
    {
        Map(api.MapGroup("/sops"), DefinitionKind.Sop, "Sop");
        Map(api.MapGroup("/decisions"), DefinitionKind.Decision, "Decision");
        api.MapGet("/sops/skeleton", () => TypedResults.Text(SopSkeleton.Xml, "application/xml")).RequireRole().WithName("GetSopSkeleton");
        api.MapPost("/sops/new", async (NewSop body, Definitions definitions, Actor actor, Texts texts, CancellationToken token) =>
            (await definitions.BeginAsync(body.Key ?? "", body.NameZh ?? "", body.NameEn ?? "", body.Xml ?? SopSkeleton.Xml, actor, token)).ToResult(texts, row => TypedResults.Created($"/api/v1/sops/{row.Id}", row)))
            .RequireRole(Role.ProcessAdmin).WithName("BeginSop").WithDescription("A first version under a new id; without xml, of the skeleton.");
        api.MapGet("/sops/{id:guid}/forms", async (Guid id, Definitions definitions, CancellationToken token) => await definitions.FormsAsync(id, token)).RequireRole().WithName("ListSopForms");
        api.MapPost("/instances/{id:guid}/incidents/{incidentId}/retry", async (Guid id, string incidentId, ProcessHost process, Actor actor, Texts texts, CancellationToken token) =>
            (await process.RetryIncidentAsync(id, incidentId, actor, token)).ToResult(texts, _ => TypedResults.NoContent())).RequireRole(Role.Platform, Role.ProcessAdmin).WithName("RetryProcessIncident");
    }

    private static void Map(RouteGroupBuilder group, DefinitionKind kind, string name)
    {
        group.MapGet("", async (Definitions definitions, CancellationToken token) => await definitions.ListAsync(kind, token)).RequireRole().WithName($"List{name}s");
        group.MapPost("", async (DefinitionUpload body, Definitions definitions, Actor actor, Texts texts, CancellationToken token) =>
            (await definitions.UploadAsync(kind, body.Xml, body.Forms, actor, token)).ToResult(texts, row => TypedResults.Created($"/api/v1/{name.ToLowerInvariant()}s/{row.Id}", row)))
            .RequireRole(Role.ProcessAdmin).WithName($"Upload{name}");
        group.MapPost("/lint", async (DefinitionUpload body, Definitions definitions, FindingTexts findings, CancellationToken token) =>
            (await definitions.LintAsync(kind, body.Xml, body.Forms, token)).Select(problem => problem with { Message = findings.Of(problem) })).RequireRole().WithName($"Lint{name}");
        group.MapGet("/{id:guid}", async (Guid id, Definitions definitions, Texts texts, CancellationToken token) =>
            await definitions.FindAsync(id, token) is { } row && row.Kind == kind ? TypedResults.Ok(DefinitionSummary.From(row)) : (IResult)Refusal.NotFound(id.ToString()).ToProblem(texts))
            .RequireRole().WithName($"Get{name}");
        group.MapGet("/{id:guid}/xml", async (Guid id, Definitions definitions, Texts texts, CancellationToken token) =>
            await definitions.FindAsync(id, token) is { } row && row.Kind == kind ? TypedResults.Text(row.Xml, "application/xml") : (IResult)Refusal.NotFound(id.ToString()).ToProblem(texts))
            .RequireRole().WithName($"Get{name}Xml");
        group.MapGet("/{id:guid}/diff", async (Guid id, Guid against, DefinitionComparison comparison, Texts texts, CancellationToken token) =>
            await comparison.BetweenAsync(against, id, token) is { } changes ? TypedResults.Ok(changes) : (IResult)Refusal.NotFound(id.ToString()).ToProblem(texts)).RequireRole().WithName($"Diff{name}s");
        group.MapPost("/{id:guid}/publication", async (Guid id, Definitions definitions, Actor actor, Texts texts, CancellationToken token) =>
            (await definitions.PublishAsync(id, actor, token)).ToResult(texts)).RequireRole(Role.ProcessAdmin, Role.Compliance).WithName($"Publish{name}");
        group.MapPost("/{id:guid}/deprecation", async (Guid id, Definitions definitions, Actor actor, Texts texts, CancellationToken token) =>
            (await definitions.DeprecateAsync(id, actor, token)).ToResult(texts)).RequireRole(Role.ProcessAdmin).WithName($"Deprecate{name}");
    }
}
