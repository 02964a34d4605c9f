using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Pages.Definitions;

/// <summary>What lint finds in what is being drawn.</summary>
internal static class DefinitionConsole
{
    public static void MapDefinitionLint(this RouteGroupBuilder console)
    {
        console.MapPost("/sops/lint", (bool? isNew, HttpContext http, Sops.Definitions definitions) => LintAsync(DefinitionKind.Sop, http, definitions, isNew == true ? ShippedDefinitions.Forms : null)).RequireRole(Role.ProcessAdmin);
        console.MapPost("/decisions/lint", (HttpContext http, Sops.Definitions definitions) => LintAsync(DefinitionKind.Decision, http, definitions, null)).RequireRole(Role.ProcessAdmin);
    }

    // Changes nothing, hence no anti-forgery token and no key.
    private static async Task<Results<RazorComponentResult, StatusCodeHttpResult>> LintAsync(DefinitionKind kind, HttpContext http, Sops.Definitions definitions, IReadOnlyDictionary<string, string>? forms)
    {
        if (http.Request.ContentLength is null or > Sops.Definitions.SizeLimit)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        using var reader = new StreamReader(http.Request.Body);
        var problems = await definitions.LintAsync(kind, await reader.ReadToEndAsync(http.RequestAborted), forms, http.RequestAborted);
        return new RazorComponentResult<FindingList>(new { Problems = problems });
    }
}
